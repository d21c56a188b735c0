// What a program on Node may upload.
import type { FileHandle } from "node:fs/promises";
import type { ByteSource } from "../upload/byte-source.ts";
import { type ByteStream, isByteStream } from "../upload/byte-stream.ts";
import { blobSource, bytesSource } from "../upload/memory-source.ts";
import type { OneShotSource } from "../upload/one-shot-source.ts";
import { streamSource } from "../upload/stream-source.ts";
import { fileHandleSource, openFileSource } from "./file-source.ts";
import { TemporaryPartSpool } from "./temporary-part-spool.ts";

/**
 * A path, a `file:` URL, an open file, bytes, a Blob; or what can be read only once: a web stream, a Readable such as
 * `process.stdin`, or any async iterable of bytes.
 */
export type UploadSource = Blob | ByteStream | FileHandle | URL | Uint8Array | string;

/** @throws {TypeError} if `source` is none of these */
export async function openSource(source: UploadSource): Promise<ByteSource | OneShotSource> {
  if (typeof source === "string" || source instanceof URL) {
    return openFileSource(source);
  }
  if (source instanceof Uint8Array) {
    return bytesSource(source);
  }
  if (source instanceof Blob) {
    return blobSource(source);
  }
  if (isFileHandle(source)) {
    return fileHandleSource(source);
  }
  if (isByteStream(source)) {
    return streamSource(source, { label: labelOf(source), spool: new TemporaryPartSpool() });
  }
  throw new TypeError(
    "the source must be a path, a file: URL, a FileHandle, a Uint8Array, a Blob, a stream or an async iterable of bytes",
  );
}

// A stream of a file has a number too, but reads by itself.
function isFileHandle(source: ByteStream | FileHandle | undefined): source is FileHandle {
  return (
    typeof source === "object" &&
    source !== null &&
    !isByteStream(source) &&
    typeof source.read === "function" &&
    typeof source.fd === "number"
  );
}

function labelOf(source: ByteStream): string {
  return source === process.stdin ? "the standard input" : "the stream";
}

// What a program on Node may upload.
import type { FileHandle } from "node:fs/promises";
import type { ByteSource } from "../upload/byte-source.ts";
import { blobSource, bytesSource } from "../upload/memory-source.ts";
import { fileHandleSource, openFileSource } from "./file-source.ts";

/** A path, a `file:` URL, an open file, bytes, or a Blob. */
export type UploadSource = Blob | FileHandle | URL | Uint8Array | string;

/** @throws {TypeError} if `source` is none of these */
export async function openSource(source: UploadSource): Promise<ByteSource> {
  if (typeof source === "string" || source instanceof URL) {
    return openFileSource(source);
  }
  if (source instanceof Uint8Array) {
    return bytesSource(source);
  }
  if (source instanceof Blob) {
    return blobSource(source);
  }
  if (typeof source?.read === "function" && typeof source.fd === "number") {
    return fileHandleSource(source);
  }
  throw new TypeError("the source must be a path, a file: URL, a FileHandle, a Uint8Array or a Blob");
}

// The bytes that travel with a request. A body can be read more than once, because a request can be sent more than
// once: every attempt starts a new iteration.
import { ClientError } from "./client-error.ts";

export interface RequestBody {
  /** Undefined: unknown, so it is sent chunked. */
  readonly sizeBytes: number | undefined;
  /** Whether `chunks` works only once, so that the request cannot be sent again. */
  readonly isSingleUse?: boolean | undefined;
  /**
   * The bytes from the beginning. A chunk is valid only until the next one is asked for, so that buffers can be
   * used again; whoever stops early calls `return`, as `for await` does.
   */
  chunks(): Chunks;
}

/** Some bodies have chunks without a promise, of which a large file would need thousands. */
export interface Chunks extends AsyncIterable<Uint8Array> {
  /**
   * The next chunk of the iteration under way, if it can be had at once. Undefined: the iteration gives it, or the end, or
   * the failure.
   */
  nextNow?(): Uint8Array | undefined;
}

/** What a user may give as a body. An iterable is read once, so a request with it is never sent again. */
export type BodySource = AsyncIterable<Uint8Array> | Blob | RequestBody | Uint8Array | string;

/** @throws {TypeError} if `source` is none of these */
export function toRequestBody(source: BodySource): RequestBody {
  if (typeof source === "string") {
    return bytesBody(new TextEncoder().encode(source));
  }
  if (source instanceof Uint8Array) {
    return bytesBody(source);
  }
  if (source instanceof Blob) {
    return { sizeBytes: source.size, chunks: () => blobChunks(source) };
  }
  if (isRequestBody(source)) {
    return source;
  }
  if (typeof source === "object" && source !== null && Symbol.asyncIterator in source) {
    return iterableBody(source);
  }
  throw new TypeError(
    "the body must be a string, Uint8Array, Blob, SizedFileAdapter or an async iterable of bytes",
  );
}

/** A body that is in memory already. */
export function bytesBody(bytes: Uint8Array): RequestBody {
  return {
    sizeBytes: bytes.byteLength,
    async *chunks() {
      if (bytes.byteLength > 0) {
        yield bytes;
      }
    },
  };
}

const BLOB_CHUNK_SIZE_BYTES: number = 1024 * 1024;

async function* blobChunks(blob: Blob): AsyncIterable<Uint8Array> {
  for (let start = 0; start < blob.size; start += BLOB_CHUNK_SIZE_BYTES) {
    yield new Uint8Array(await blob.slice(start, start + BLOB_CHUNK_SIZE_BYTES).arrayBuffer());
  }
}

function isRequestBody(source: object): source is RequestBody {
  return "chunks" in source && typeof source.chunks === "function";
}

function iterableBody(iterable: AsyncIterable<Uint8Array>): RequestBody {
  let isUsed = false;
  return {
    sizeBytes: undefined,
    isSingleUse: true,
    chunks() {
      if (isUsed) {
        throw new ClientError("body-not-repeatable", "the body is an iterable, which can be sent only once");
      }
      isUsed = true;
      return iterable;
    },
  };
}

// A piece of an open file as a request's body, for programs that send the parts themselves. Named after oss2's class.
import type { Stats } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { ClientError } from "../client-error.ts";
import type { RequestBody } from "../request-body.ts";
import { BufferPool } from "../upload/buffer-pool.ts";
import { BUFFERS_PER_BODY, READ_SIZE_BYTES, sourceBody } from "../upload/source-body.ts";

/**
 * An open file with a position of its own, as Python's file objects have one and Node's FileHandle does not show it.
 *
 * Only `SizedFileAdapter` moves the position, and whoever sets it; reading does not.
 */
export class SeekableFile {
  readonly handle: FileHandle;
  /** Where the next adapter begins: a byte from the beginning of the file. */
  position = 0;

  constructor(handle: FileHandle) {
    this.handle = handle;
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Opens a file for reading, at position 0. Whoever opens it closes it, with `await using` or `close()`. */
export async function openFile(path: URL | string): Promise<SeekableFile> {
  return new SeekableFile(await open(path, "r"));
}

/**
 * A read-only view of the next `size` bytes of a file.
 *
 * It begins at the file's position when it is made, and moves that position to its own end: adapters made one after
 * another walk through the file, whether or not the ones before have been read. It reads by absolute positions, so that
 * it can be read again for a retry, and several at a time. The file must stay open until it has been sent.
 *
 * A file that ends early makes the request fail with a `ClientError` `source-changed`.
 */
export class SizedFileAdapter implements RequestBody {
  readonly sizeBytes: number;
  /** Of its first byte in the file. */
  readonly start: number;
  readonly #handle: FileHandle;

  /**
   * @param size  bytes, an integer from 0
   * @throws {RangeError} if it is not
   */
  constructor(file: SeekableFile, size: number) {
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new RangeError(`size must be an integer from 0, but is ${size}`);
    }
    this.sizeBytes = size;
    this.start = file.position;
    this.#handle = file.handle;
    file.position += size;
  }

  chunks(): AsyncIterable<Uint8Array> {
    const handle = this.#handle;
    const end = this.start + this.sizeBytes;
    const pool = new BufferPool({
      bufferSizeBytes: Math.min(READ_SIZE_BYTES, this.sizeBytes),
      bufferCountMax: BUFFERS_PER_BODY,
    });
    const source = {
      label: `file descriptor ${handle.fd}`,
      sizeBytes: end,
      read: async (position: number, target: Uint8Array) =>
        (await handle.read(target, 0, target.byteLength, position)).bytesRead,
      assertUnchanged: async () => assertLongEnough(await handle.stat(), end),
      close: async () => {},
    };
    return sourceBody({ source, start: this.start, end, pool }).chunks();
  }
}

function assertLongEnough({ size }: Stats, end: number): void {
  if (size < end) {
    throw new ClientError(
      "source-changed",
      `the file has ${size} bytes, but the adapter was made for the bytes up to ${end}`,
    );
  }
}

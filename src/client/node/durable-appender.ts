// Appends to a file, which stays open in between: once for each part of an upload it is one wait for another thread, where
// opening, writing and closing are three.
import { close, constants, fdatasync, open, write } from "node:fs";

/**
 * With Linux's O_DSYNC a write comes back when its bytes are on the disk, as if fdatasync followed. Elsewhere such a flag
 * promises less than the call does: macOS then waits for the drive's cache only.
 */
const ON_THE_DISK = process.platform === "linux" ? constants.O_DSYNC : 0;

/** One call at a time. */
export class DurableAppender {
  readonly #path: string;
  #fd: number | undefined;

  /** @param path  of a file that is there at the first `append` */
  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Resolves when the bytes are on the disk. After a failure some of them may be in the file, and the next call opens it
   * anew.
   */
  async append(text: string): Promise<void> {
    this.#fd ??= await openFile(this.#path);
    try {
      await writeDurably(this.#fd, new TextEncoder().encode(text));
    } catch (error) {
      await this.close().catch(() => undefined);
      throw error;
    }
  }

  async close(): Promise<void> {
    const fd = this.#fd;
    this.#fd = undefined;
    if (fd !== undefined) {
      await new Promise<void>((resolve, reject) => close(fd, settle(resolve, reject)));
    }
  }
}

async function writeDurably(fd: number, bytes: Uint8Array): Promise<void> {
  for (let start = 0; start < bytes.length; ) {
    start += await writeSome(fd, bytes.subarray(start));
  }
  if (ON_THE_DISK === 0) {
    await sync(fd);
  }
}

// By callbacks, for a FileHandle makes four promises of each call.

function openFile(path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    open(path, constants.O_WRONLY | constants.O_APPEND | ON_THE_DISK, settle(resolve, reject));
  });
}

function writeSome(fd: number, bytes: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => write(fd, bytes, settle(resolve, reject)));
}

function sync(fd: number): Promise<void> {
  return new Promise((resolve, reject) => fdatasync(fd, settle(resolve, reject)));
}

function settle<Value>(
  resolve: (value: Value) => void,
  reject: (error: Error) => void,
): (error: Error | null | undefined, value: Value) => void {
  return (error, value) => (error ? reject(error) : resolve(value));
}

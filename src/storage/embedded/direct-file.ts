// Writes past the page cache (O_DIRECT). What is written once and synced at once gains nothing from the cache, and to fill
// its pages costs more processor time than all else that is done with a part.
//
// Such writes must be aligned in memory, in the file and in length. What is not, and what the file system does not want,
// is left to the caller, who writes it as usual: to the same file, but never into a page of these writes.
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

/** The largest that disks and file systems ask for. */
export const ALIGNMENT_BYTES = 4096;

/** Less is not worth a wait for the disk. */
export const DIRECT_SIZE_MIN_BYTES: number = 64 * 1024;

/** What file systems say that do not know such writes, or do not take these. */
const NOT_SUPPORTED: ReadonlySet<string | undefined> = new Set(["EINVAL", "ENOTSUP", "EOPNOTSUPP"]);

export class DirectFile implements AsyncDisposable {
  readonly #path: string;
  #handle: FileHandle | undefined;
  #isUsable: boolean = constants.O_DIRECT !== undefined;

  /** @param path  a file that is there; it is opened when it is needed */
  constructor(path: string) {
    this.#path = path;
  }

  /**
   * @param position  in the file, where all that stands before it has been written
   * @returns how many of the bytes, from the first, have been written; the rest is the caller's
   * @throws what writing throws, such as ENOSPC
   */
  async write(bytes: Uint8Array, position: number): Promise<number> {
    if (!this.#isUsable || !isSuited(bytes, position)) {
      return 0;
    }
    try {
      this.#handle ??= await open(this.#path, constants.O_WRONLY | constants.O_DIRECT);
      const { bytesWritten } = await this.#handle.write(bytes, 0, bytes.length, position);
      return bytesWritten;
    } catch (error) {
      if (!NOT_SUPPORTED.has((error as NodeJS.ErrnoException).code)) {
        throw error;
      }
      this.#isUsable = false;
      return 0;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    this.#isUsable = false;
    await handle?.close();
  }
}

/** Of the memory only the place in its buffer is known; where the buffer itself is not aligned, the kernel says so. */
function isSuited(bytes: Uint8Array, position: number): boolean {
  const isAligned = [bytes.byteOffset, bytes.length, position].every((each) => each % ALIGNMENT_BYTES === 0);
  return isAligned && bytes.length >= DIRECT_SIZE_MIN_BYTES;
}

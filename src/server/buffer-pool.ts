// Buffers that are used again: memory that was just written is several times faster than fresh pages.

const READ_BUFFER_SIZE_BYTES = 512 * 1024;

/** How many large buffers there are. Whoever comes when all are taken gets a small one, which is let go afterwards. */
const LARGE_BUFFER_COUNT = 32;

/** An answer that its client takes slowly holds its buffer as long: a thousand of these are 64 MiB. */
const SMALL_BUFFER_SIZE_BYTES = 64 * 1024;

export class BufferPool {
  readonly #bufferSizeBytes: number;
  readonly #idle: Uint8Array[] = [];
  #largeCount = 0;

  constructor(bufferSizeBytes: number) {
    this.#bufferSizeBytes = bufferSizeBytes;
  }

  /** A buffer with anything in it, of any size. Give it back with `give`. */
  take(): Uint8Array {
    const idle = this.#idle.pop();
    if (idle !== undefined) {
      return idle;
    }
    if (this.#largeCount === LARGE_BUFFER_COUNT) {
      return Buffer.allocUnsafeSlow(Math.min(SMALL_BUFFER_SIZE_BYTES, this.#bufferSizeBytes));
    }
    this.#largeCount += 1;
    return Buffer.allocUnsafeSlow(this.#bufferSizeBytes);
  }

  give(buffer: Uint8Array): void {
    if (buffer.length === this.#bufferSizeBytes) {
      this.#idle.push(buffer);
    }
  }
}

/** What blobs are read into on their way out. */
export const readBuffers: BufferPool = new BufferPool(READ_BUFFER_SIZE_BYTES);

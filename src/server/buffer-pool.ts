// Buffers that are used again: memory that was just written is several times faster than fresh pages.

const READ_BUFFER_SIZE_BYTES = 512 * 1024;

/** How many idle buffers are kept; more requests than this at once allocate, and what they return is let go. */
const IDLE_BUFFER_COUNT_MAX = 32;

export class BufferPool {
  readonly #bufferSizeBytes: number;
  readonly #idle: Uint8Array[] = [];

  constructor(bufferSizeBytes: number) {
    this.#bufferSizeBytes = bufferSizeBytes;
  }

  /** A buffer with anything in it. Give it back with `give`. */
  take(): Uint8Array {
    return this.#idle.pop() ?? Buffer.allocUnsafeSlow(this.#bufferSizeBytes);
  }

  give(buffer: Uint8Array): void {
    if (this.#idle.length < IDLE_BUFFER_COUNT_MAX) {
      this.#idle.push(buffer);
    }
  }
}

/** What blobs are read into on their way out. */
export const readBuffers: BufferPool = new BufferPool(READ_BUFFER_SIZE_BYTES);

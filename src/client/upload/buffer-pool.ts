// Buffers that are used again and again: fresh memory costs four times a warm copy, and a bound on their number is the
// bound on an upload's memory.

export interface BufferPoolOptions {
  readonly bufferSizeBytes: number;
  readonly bufferCountMax: number;
}

export class BufferPool {
  readonly #bufferSizeBytes: number;
  readonly #bufferCountMax: number;
  readonly #idle: Uint8Array[] = [];
  /** In order of arrival; never more than there are bodies at work. */
  readonly #waiting: ((buffer: Uint8Array) => void)[] = [];
  #bufferCount = 0;

  constructor({ bufferSizeBytes, bufferCountMax }: BufferPoolOptions) {
    this.#bufferSizeBytes = bufferSizeBytes;
    this.#bufferCountMax = bufferCountMax;
  }

  /** A buffer with any content, if one is free now: the one used last, which is still in the processor's cache. */
  take(): Uint8Array | undefined {
    const idle = this.#idle.pop();
    if (idle !== undefined || this.#bufferCount === this.#bufferCountMax) {
      return idle;
    }
    this.#bufferCount += 1;
    return new Uint8Array(this.#bufferSizeBytes);
  }

  /** A buffer with any content, as soon as one is free. Whoever acquires it releases it. */
  async acquire(): Promise<Uint8Array> {
    return (
      this.take() ??
      new Promise((resolve) => {
        this.#waiting.push(resolve);
      })
    );
  }

  release(buffer: Uint8Array): void {
    const next = this.#waiting.shift();
    if (next !== undefined) {
      next(buffer);
      return;
    }
    this.#idle.push(buffer);
  }
}

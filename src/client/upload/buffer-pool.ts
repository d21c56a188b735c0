// Buffers that are used again and again: fresh memory costs four times a warm copy, and a bound on their number is the
// bound on an upload's memory.

export interface BufferPoolOptions {
  readonly bufferSizeBytes: number;
  readonly bufferCountMax: number;
  /** Where buffers of this size come from first, and go back to. Default: nowhere. */
  readonly shared?: SharedBuffers;
}

/** Buffers that many pools take in turns. */
export interface SharedBuffers {
  /** Undefined when none is left. */
  take(): Uint8Array | undefined;
  /** @returns false for a buffer that is none of its own */
  giveBack(buffer: Uint8Array): boolean;
}

export class BufferPool {
  readonly #bufferSizeBytes: number;
  readonly #bufferCountMax: number;
  readonly #shared: SharedBuffers | undefined;
  readonly #idle: Uint8Array[] = [];
  /** In order of arrival; never more than there are bodies at work. */
  readonly #waiting: ((buffer: Uint8Array) => void)[] = [];
  #bufferCount = 0;

  constructor({ bufferSizeBytes, bufferCountMax, shared }: BufferPoolOptions) {
    this.#bufferSizeBytes = bufferSizeBytes;
    this.#bufferCountMax = bufferCountMax;
    this.#shared = shared;
  }

  /** A buffer with any content, if one is free now: the one used last, which is still in the processor's cache. */
  take(): Uint8Array | undefined {
    const idle = this.#idle.pop();
    if (idle !== undefined || this.#bufferCount === this.#bufferCountMax) {
      return idle;
    }
    this.#bufferCount += 1;
    return this.#shared?.take() ?? new Uint8Array(this.#bufferSizeBytes);
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
    if (this.#shared?.giveBack(buffer)) {
      this.#bufferCount -= 1;
    } else {
      this.#idle.push(buffer);
    }
  }
}

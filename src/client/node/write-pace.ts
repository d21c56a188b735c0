// How much of a body goes to the socket in one write. Node tells when a write is with the kernel and nothing of what
// happens before, so a write must be small enough for a slow network to finish it within the timeout: otherwise bytes
// would move, and nobody would know; and what a window learns of its goodput comes in steps of one write. Large writes
// cost less. So it begins small and follows the network.

/** What the processor's cache holds beside the rest; larger and smaller writes cost more per byte (bench/README.md). */
export const WRITE_SIZE_MAX_BYTES: number = 256 * 1024;

/** At the usual timeout of 60 s, a network below 273 bytes/s counts as still. */
export const WRITE_SIZE_MIN_BYTES: number = 16 * 1024;

/** A write that took less was quick. */
const QUICK_WRITE_MS = 20;
/** A write that took more was slow. */
const SLOW_WRITE_MS = 100;

/** One for a transport: the next body goes on where the last one was. */
export class WritePace {
  #sizeBytes = WRITE_SIZE_MIN_BYTES;

  /** WRITE_SIZE_MIN_BYTES … WRITE_SIZE_MAX_BYTES. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** @param durationMs  until the socket had taken a write */
  took(durationMs: number): void {
    if (durationMs < QUICK_WRITE_MS) {
      this.#sizeBytes = Math.min(WRITE_SIZE_MAX_BYTES, this.#sizeBytes * 2);
    } else if (durationMs > SLOW_WRITE_MS) {
      this.#sizeBytes = Math.max(WRITE_SIZE_MIN_BYTES, this.#sizeBytes / 2);
    }
  }
}

/** A write that took less found room with the kernel, so it says nothing about the network. */
const WAITING_WRITE_MS = 10;

/** The most that the kernels of both ends keep of one connection: Linux's `tcp_wmem` and the usual `tcp_rmem`. */
export const SOCKET_BUFFERS_MAX_BYTES: number = 8 * 1024 * 1024;

/**
 * How long the bytes of one body may take that are with the kernel and have yet to go. Nobody tells when they do, but
 * how fast those before them went is known.
 */
export class DrainEstimate {
  #sentBytes = 0;
  #waitedBytes = 0;
  #waitedMs = 0;

  /** @param durationMs  until the socket had taken a write of `byteCount` */
  took(byteCount: number, durationMs: number): void {
    this.#sentBytes += byteCount;
    if (durationMs >= WAITING_WRITE_MS) {
      this.#waitedBytes += byteCount;
      this.#waitedMs += durationMs;
    }
  }

  /** In milliseconds; 0 when no write had to wait. */
  get drainMs(): number {
    const msPerByte = this.#waitedBytes === 0 ? 0 : this.#waitedMs / this.#waitedBytes;
    return msPerByte * Math.min(this.#sentBytes, SOCKET_BUFFERS_MAX_BYTES);
  }
}

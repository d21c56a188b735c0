// How much of a body goes to the socket in one write. Node tells when a write is with the kernel and nothing of what
// happens before, so a write must be small enough for a slow network to finish it within the timeout: otherwise bytes
// would move, and nobody would know. Large writes cost less. So it begins small and follows the network.

/** What the processor's cache holds beside the rest; larger and smaller writes cost more per byte (bench/README.md). */
export const WRITE_SIZE_MAX_BYTES: number = 256 * 1024;

/** At the usual timeout of 60 s, a network below 273 bytes/s counts as still. */
export const WRITE_SIZE_MIN_BYTES: number = 16 * 1024;

/** A write that took less was quick. */
const QUICK_WRITE_MS = 100;
/** A write that took more was slow. */
const SLOW_WRITE_MS = 1_000;

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

/** The most that a kernel keeps of one connection: Linux's `tcp_wmem` by default. */
export const SOCKET_BUFFER_MAX_BYTES: number = 4 * 1024 * 1024;

/**
 * How much longer than usual an answer may take, because bytes that are with the kernel have yet to go: as long as the
 * network took for as many bytes before.
 *
 * @param sentBytes  of the body, all of them with the kernel
 * @param networkMs  how long the network was waited for until they were
 */
export function drainMs({
  sentBytes,
  networkMs,
}: {
  readonly sentBytes: number;
  readonly networkMs: number;
}): number {
  return sentBytes === 0 ? 0 : networkMs * Math.min(1, SOCKET_BUFFER_MAX_BYTES / sentBytes);
}

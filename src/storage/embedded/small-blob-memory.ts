// The memory that small blobs are gathered in, used again: fresh pages for every blob cost more than what is done in
// them, and the garbage collector a fifth of a busy server's time.

/** Of all small blobs that are being written; those beyond it get files of their own. */
const USED_MAX_BYTES = 67_108_864;

/** What is kept of it for the next blobs. */
const IDLE_MAX_BYTES = 16_777_216;

/** Sizes are rounded up to a multiple of it, so that blobs of about the same size share buffers. */
const GRAIN_BYTES = 65_536;

export class SmallBlobMemory {
  readonly #idle = new Map<number, Buffer[]>();
  #usedBytes = 0;
  #idleBytes = 0;

  /** Of at least `bytes`, with anything in it; undefined when there is not as much left. Give it back with `give`. */
  take(bytes: number): Buffer | undefined {
    const sizeBytes = Math.ceil(bytes / GRAIN_BYTES) * GRAIN_BYTES;
    if (this.#usedBytes + sizeBytes > USED_MAX_BYTES) {
      return undefined;
    }
    this.#usedBytes += sizeBytes;
    const kept = this.#idle.get(sizeBytes)?.pop();
    if (kept === undefined) {
      return Buffer.allocUnsafeSlow(sizeBytes);
    }
    this.#idleBytes -= sizeBytes;
    return kept;
  }

  /** Whoever gives a buffer back uses it no more. */
  give(buffer: Buffer): void {
    const sizeBytes = buffer.length;
    this.#usedBytes -= sizeBytes;
    if (sizeBytes === 0 || this.#idleBytes + sizeBytes > IDLE_MAX_BYTES) {
      return;
    }
    const ofSize = this.#idle.get(sizeBytes) ?? [];
    this.#idle.set(sizeBytes, ofSize);
    ofSize.push(buffer);
    this.#idleBytes += sizeBytes;
  }
}

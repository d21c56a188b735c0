// Places and those who wait for one, in order of arrival. What windows of every kind have in common.
import type { Clock } from "../clock.ts";

/** The most places of any window: more connections than this at once help nobody. */
export const WINDOW_SIZE_MAX = 256;

/** However long the service wants to be left alone, an upload looks again after this. */
export const RETRY_AFTER_MAX_MS = 120_000;

interface Waiter {
  readonly start: () => void;
}

/** A count of places that can grow and shrink. Places in use are never taken away, only not given again. */
export class PlaceQueue {
  readonly #clock: Clock;
  /** In order of arrival. One for each part of the uploads under way at most. */
  readonly #waiting = new Set<Waiter>();
  #size: number;
  #inUse = 0;
  #heldUntilMs = Number.NEGATIVE_INFINITY;
  /** Ends the wait for the end of the hold, when nobody is left who waits for it. */
  #holdWait: AbortController | undefined;

  /** @param size  1 … WINDOW_SIZE_MAX */
  constructor(size: number, clock: Clock) {
    this.#size = size;
    this.#clock = clock;
  }

  get size(): number {
    return this.#size;
  }

  get inUse(): number {
    return this.#inUse;
  }

  /** Whether all places are taken: more transfers would have to wait. */
  get isFull(): boolean {
    return this.#inUse >= this.#size;
  }

  get waitingCount(): number {
    return this.#waiting.size;
  }

  resize(size: number): void {
    this.#size = size;
    this.#give();
  }

  /** Gives no place away for so long, as from now; a longer hold stays. */
  hold(durationMs: number): void {
    const untilMs = this.#clock.now() + Math.min(durationMs, RETRY_AFTER_MAX_MS);
    this.#heldUntilMs = Math.max(this.#heldUntilMs, untilMs);
  }

  /** @throws the signal's reason when it aborts before there is a place */
  async acquire(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const stop = () => {
        this.#waiting.delete(waiter);
        this.#endHoldWaitIfIdle();
        reject(signal?.reason);
      };
      const waiter: Waiter = {
        start: () => {
          signal?.removeEventListener("abort", stop);
          resolve();
        },
      };
      signal?.addEventListener("abort", stop, { once: true });
      this.#waiting.add(waiter);
      this.#give();
    });
  }

  /** Gives one place back. */
  release(): void {
    this.#inUse -= 1;
    this.#give();
  }

  #give(): void {
    for (const waiter of this.#waiting) {
      if (this.#inUse >= this.#size) {
        return;
      }
      const heldMs = this.#heldUntilMs - this.#clock.now();
      if (heldMs > 0) {
        this.#giveAfter(heldMs);
        return;
      }
      this.#waiting.delete(waiter);
      this.#inUse += 1;
      waiter.start();
    }
  }

  #giveAfter(heldMs: number): void {
    if (this.#holdWait !== undefined) {
      return;
    }
    const holdWait = new AbortController();
    this.#holdWait = holdWait;
    const goOn = () => {
      if (this.#holdWait === holdWait) {
        this.#holdWait = undefined;
      }
      this.#give();
    };
    this.#clock.wait(heldMs, holdWait.signal).then(goOn, goOn);
  }

  #endHoldWaitIfIdle(): void {
    if (this.#waiting.size === 0) {
      this.#holdWait?.abort();
      this.#holdWait = undefined;
    }
  }
}

// So that reading everything leaves something of the disk to others.
import { setTimeout } from "node:timers/promises";

export interface PaceClock {
  /** Milliseconds, never backwards. */
  readonly nowMs: () => number;
  /** Rejects as soon as the signal aborts. */
  readonly wait: (milliseconds: number, signal?: AbortSignal) => Promise<unknown>;
}

export interface PaceOptions {
  /** Above 0; Infinity for as fast as it goes. */
  readonly bytesPerSecond: number;
  /** Ends a wait. */
  readonly signal?: AbortSignal | undefined;
  readonly clock?: PaceClock;
}

const systemPaceClock: PaceClock = {
  nowMs: () => performance.now(),
  wait: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }),
};

/** Shorter waits are saved up. */
const WAIT_MIN_MS = 10;
/** What was not used while something else took long is lost, but for this. */
const SAVED_MAX_MS = 1_000;

export class Pace {
  readonly #bytesPerSecond: number;
  readonly #signal: AbortSignal | undefined;
  readonly #clock: PaceClock;
  /** When all that was spent is within the rate. */
  #dueMs: number;

  constructor({ bytesPerSecond, signal, clock = systemPaceClock }: PaceOptions) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#signal = signal;
    this.#clock = clock;
    this.#dueMs = clock.nowMs();
  }

  /** Resolves when so many bytes more are within the rate. @throws the signal's reason */
  async spend(bytes: number): Promise<void> {
    this.#signal?.throwIfAborted();
    const nowMs = this.#clock.nowMs();
    this.#dueMs = Math.max(this.#dueMs, nowMs - SAVED_MAX_MS) + (bytes / this.#bytesPerSecond) * 1_000;
    const waitMs = this.#dueMs - nowMs;
    if (waitMs >= WAIT_MIN_MS) {
      await this.#clock.wait(waitMs, this.#signal);
    }
  }
}

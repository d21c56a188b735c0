// A clock that stands still until the simulation moves it.
import type { Clock } from "../../../src/client/clock.ts";

export class VirtualClock implements Clock {
  #nowMs = 1_000_000;
  readonly #waits = new Set<{ readonly untilMs: number; readonly wake: () => void }>();

  now(): number {
    return this.#nowMs;
  }

  /** How many wait. */
  get waitCount(): number {
    return this.#waits.size;
  }

  wait(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const wait = { untilMs: this.#nowMs + durationMs, wake: resolve };
      this.#waits.add(wait);
      signal?.addEventListener("abort", () => {
        this.#waits.delete(wait);
        reject(signal.reason);
      });
    });
  }

  /** Lets time pass; whose time has come is woken, and has run as far as it can when this resolves. */
  async advance(durationMs: number): Promise<void> {
    this.#nowMs += durationMs;
    for (const wait of this.#waits) {
      if (wait.untilMs <= this.#nowMs) {
        this.#waits.delete(wait);
        wait.wake();
      }
    }
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

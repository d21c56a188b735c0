// So that reading everything leaves something of the disk to others.

export interface PaceClock {
  /** Milliseconds, never backwards. */
  readonly nowMs: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
}

const systemPaceClock: PaceClock = {
  nowMs: () => performance.now(),
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** Shorter waits are saved up. */
const WAIT_MIN_MS = 10;

export class Pace {
  readonly #bytesPerSecond: number;
  readonly #clock: PaceClock;
  readonly #startedAtMs: number;
  #spentBytes = 0;

  /** @param bytesPerSecond  above 0; Infinity for as fast as it goes */
  constructor(bytesPerSecond: number, clock: PaceClock = systemPaceClock) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#clock = clock;
    this.#startedAtMs = clock.nowMs();
  }

  /** Resolves when so many bytes more are within the rate, counted from the start. */
  async spend(bytes: number): Promise<void> {
    this.#spentBytes += bytes;
    const dueMs = this.#startedAtMs + (this.#spentBytes / this.#bytesPerSecond) * 1_000;
    const waitMs = dueMs - this.#clock.nowMs();
    if (waitMs >= WAIT_MIN_MS) {
      await this.#clock.wait(waitMs);
    }
  }
}

// Bounded concurrency: a task waits for one of a fixed number of places, in order of arrival.

/** More connections than this at once help nobody. */
export const CONCURRENCY_MAX = 256;

export class PartScheduler {
  #freePlaceCount: number;
  /** In order of arrival; an upload's parts, so at most PART_COUNT_MAX. */
  readonly #waiting: (() => void)[] = [];
  readonly #signal: AbortSignal;

  /**
   * @param placeCount  1 … CONCURRENCY_MAX
   * @param signal      its abort turns away the tasks that still wait; those that run have to watch it themselves
   */
  constructor(placeCount: number, signal: AbortSignal) {
    this.#freePlaceCount = placeCount;
    this.#signal = signal;
  }

  /**
   * Runs `task` as soon as there is a place.
   *
   * @returns what the task returns
   * @throws what the task throws, or the signal's reason
   */
  async run<Result>(task: () => Promise<Result>): Promise<Result> {
    await this.#takePlace();
    try {
      this.#signal.throwIfAborted();
      return await task();
    } finally {
      this.#givePlace();
    }
  }

  async #takePlace(): Promise<void> {
    if (this.#freePlaceCount > 0) {
      this.#freePlaceCount -= 1;
      return;
    }
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  // After an abort the places go round at once, for nobody keeps one.
  #givePlace(): void {
    const next = this.#waiting.shift();
    if (next !== undefined) {
      next();
      return;
    }
    this.#freePlaceCount += 1;
  }
}

// Runs the lifecycle rules at once and then again and again, never two runs at a time. Disposing of it ends a run under
// way after its step and waits for it.

export interface LifecycleScheduleOptions {
  readonly run: (signal: AbortSignal) => Promise<unknown>;
  /** 1 … 2³¹ − 1. */
  readonly intervalMs: number | "never";
  /** Told of a run that failed; the next one tries again. */
  readonly reportFailure: (failure: unknown) => void;
}

/** A timer of Node with a longer interval, or none, would ring every millisecond. */
const INTERVAL_MAX_MS = 2 ** 31 - 1;

export class LifecycleSchedule implements AsyncDisposable {
  readonly #options: LifecycleScheduleOptions;
  readonly #ending = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  /** @throws {RangeError} */
  constructor(options: LifecycleScheduleOptions) {
    const { intervalMs } = options;
    if (intervalMs !== "never" && !(intervalMs >= 1 && intervalMs <= INTERVAL_MAX_MS)) {
      throw new RangeError(
        `lifecycle interval of ${intervalMs} ms: give 1 to ${INTERVAL_MAX_MS}, or "never"`,
      );
    }
    this.#options = options;
  }

  /** Does not keep the process alive. */
  start(): void {
    if (this.#options.intervalMs !== "never") {
      this.#runOnce();
      this.#timer = setInterval(() => this.#runOnce(), this.#options.intervalMs).unref();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#ending.abort();
    await this.#running;
  }

  #runOnce(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async #run(): Promise<void> {
    try {
      await this.#options.run(this.#ending.signal);
    } catch (failure) {
      this.#options.reportFailure(failure);
    }
  }
}

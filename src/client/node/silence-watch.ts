// Notices when nothing has moved for too long. It is told thousands of times a second that something may move now, so
// a beginning only notes the time; one timer looks at the note now and then.

export class SilenceWatch {
  readonly #onSilence: (limitMs: number) => void;
  #timer: NodeJS.Timeout | undefined;
  /** When the timer will look. */
  #dueMs = 0;
  #startMs = 0;
  /** Undefined while nobody waits. */
  #limitMs: number | undefined;
  #isEnded = false;

  /** @param onSilence  called once at most for each `begin`, with its limit */
  constructor(onSilence: (limitMs: number) => void) {
    this.#onSilence = onSilence;
  }

  /** The silence allowed, in milliseconds, begins now. */
  begin(limitMs: number): void {
    if (this.#isEnded) {
      return;
    }
    this.#startMs = performance.now();
    this.#limitMs = limitMs;
    this.#lookAt(this.#startMs + limitMs);
  }

  /** Allows the present silence to last longer. */
  extend(extraMs: number): void {
    if (this.#limitMs !== undefined) {
      this.#limitMs += Math.ceil(extraMs);
    }
  }

  /** Silence is allowed until the next `begin`. */
  pause(): void {
    this.#limitMs = undefined;
  }

  /** For good; without it the timer would keep what it watches for another while. */
  end(): void {
    this.#isEnded = true;
    this.#limitMs = undefined;
    clearTimeout(this.#timer);
  }

  #lookAt(timeMs: number): void {
    // A timer that looks earlier will find out by itself that it has to look again.
    if (this.#timer !== undefined && this.#dueMs <= timeMs) {
      return;
    }
    clearTimeout(this.#timer);
    this.#dueMs = timeMs;
    this.#timer = setTimeout(() => this.#look(), Math.max(0, timeMs - performance.now()));
    // The connection keeps the process alive, not the look at it.
    this.#timer.unref();
  }

  #look(): void {
    this.#timer = undefined;
    const limitMs = this.#limitMs;
    if (limitMs === undefined) {
      return;
    }
    const endMs = this.#startMs + limitMs;
    if (performance.now() < endMs) {
      this.#lookAt(endMs);
      return;
    }
    // A process that was busy, or asleep, may have bytes waiting: those are looked at before an immediate runs.
    const startMs = this.#startMs;
    setImmediate(() => {
      if (this.#limitMs === limitMs && this.#startMs === startMs) {
        this.#limitMs = undefined;
        this.#onSilence(limitMs);
      }
    });
  }
}

// The system's clock may be set while the server runs. Nothing is lost by it, but signed requests, tokens and lifecycle rules
// go by that clock, so the operator is told, once for each time.
import { formatDuration } from "../quantities.ts";

const LOOK_EVERY_MS = 10_000;

/** Less is a correction of a clock that runs too fast or too slow. */
const JUMP_MIN_MS = 60_000;

export interface ClockWatchOptions {
  /** Told in one sentence. */
  readonly note: (message: string) => void;
  /** The clock that may be set. Default: `Date.now`. */
  readonly wallMs?: () => number;
  /** One that never is, of any beginning. Default: `performance.now`. */
  readonly steadyMs?: () => number;
}

export class ClockWatch implements AsyncDisposable {
  readonly #note: (message: string) => void;
  readonly #offsetMs: () => number;
  readonly #timer: NodeJS.Timeout;
  #lastOffsetMs: number;

  /** Looks every ten seconds from now on. */
  constructor({ note, wallMs = Date.now, steadyMs = () => performance.now() }: ClockWatchOptions) {
    this.#note = note;
    this.#offsetMs = () => wallMs() - steadyMs();
    this.#lastOffsetMs = this.#offsetMs();
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS).unref();
  }

  look(): void {
    const offsetMs = this.#offsetMs();
    const jumpMs = offsetMs - this.#lastOffsetMs;
    this.#lastOffsetMs = offsetMs;
    if (Math.abs(jumpMs) >= JUMP_MIN_MS) {
      this.#note(jumpMs < 0 ? setBack(-jumpMs) : setForward(jumpMs));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
  }
}

function setBack(byMs: number): string {
  return (
    `the clock was set back by ${formatDuration(byMs)}; if it is wrong now, set it right: requests signed by the right ` +
    "time are refused with RequestTimeTooSkewed, and tokens last longer; nothing stored is lost"
  );
}

/** The steady clock stands still while a machine sleeps. */
function setForward(byMs: number): string {
  return (
    `the clock is ${formatDuration(byMs)} further than the time that has passed; if the machine did not sleep and it is ` +
    "wrong now, set it right: tokens and signed URLs end early, and lifecycle rules count that time"
  );
}

// Time that passes only when nothing else can happen. All of a simulated world runs in promises, so once the queue of
// promises is empty whatever waits next is the only thing that can go on.
import { setTimeout as delay, setImmediate as immediately } from "node:timers/promises";

export interface Timer {
  cancel(): void;
}

/** Whether what was waited for happened, or can never happen because nothing waits any more. */
export type RunEnd = "over" | "stuck" | "endless";

/** No upload of a simulation needs more; one that does goes round in circles. */
const TIMER_COUNT_MAX = 200_000;

/** No piece of work of a simulation is cut into more slices. */
const TURN_COUNT_MAX = 10_000;
/** Of a millisecond each. A timer that is still there then is not of what is simulated, but of who runs the test. */
const REAL_WAITS_MAX = 50;

export class VirtualTime {
  #nowMs: number;
  /** In order of their times, and of their making. */
  readonly #timers: { readonly atMs: number; readonly fire: () => void }[] = [];

  /** @param startMs  milliseconds since 1970 */
  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  after(durationMs: number, fire: () => void): Timer {
    const timer = { atMs: this.#nowMs + Math.ceil(Math.max(0, durationMs)), fire };
    const place = this.#timers.findLastIndex(({ atMs }) => atMs <= timer.atMs) + 1;
    this.#timers.splice(place, 0, timer);
    return {
      cancel: () => {
        const index = this.#timers.indexOf(timer);
        if (index >= 0) {
          this.#timers.splice(index, 1);
        }
      },
    };
  }

  wait(durationMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(durationMs, resolve);
    });
  }

  async run(isOver: () => boolean): Promise<RunEnd> {
    for (let count = 0; count < TIMER_COUNT_MAX; count += 1) {
      await untilPromisesRest();
      if (isOver()) {
        return "over";
      }
      const next = this.#timers.shift();
      if (next === undefined) {
        return "stuck";
      }
      this.#nowMs = next.atMs;
      next.fire();
    }
    return "endless";
  }
}

/**
 * Node runs all promises that are ready before it comes to an immediate. What is simulated may ask for one itself, as the
 * server does between two slices of long work, and for some milliseconds of real time, in which it waits for bodies to
 * hash together: it is at rest only when neither is left.
 */
async function untilPromisesRest(): Promise<void> {
  let realWaitCount = 0;
  for (let turnCount = 0; turnCount < TURN_COUNT_MAX; turnCount += 1) {
    await immediately();
    const waitsFor = process.getActiveResourcesInfo();
    if (waitsFor.includes("Immediate")) {
      continue;
    }
    if (!waitsFor.includes("Timeout") || realWaitCount >= REAL_WAITS_MAX) {
      return;
    }
    realWaitCount += 1;
    await delay(1);
  }
  throw new Error(`impossible: an immediate follows another for more than ${TURN_COUNT_MAX} turns`);
}

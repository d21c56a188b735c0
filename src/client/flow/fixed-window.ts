// A window of as many places as the user says.
import type { Clock } from "../clock.ts";
import { LinkObserver } from "./link-observer.ts";
import { PlaceQueue, WINDOW_SIZE_MAX } from "./place-queue.ts";
import type { TransferFailure, TransferPlace, TransferWindow } from "./transfer-window.ts";

/**
 * A window whose size never changes. It still waits when the service says how long.
 *
 * @param size  integer, 1 … WINDOW_SIZE_MAX
 * @throws {RangeError} if it is not
 */
export function createFixedWindow(size: number, clock: Clock): TransferWindow {
  if (!Number.isSafeInteger(size) || size < 1 || size > WINDOW_SIZE_MAX) {
    throw new RangeError(`concurrency must be an integer from 1 to ${WINDOW_SIZE_MAX}, but is ${size}`);
  }
  const queue = new PlaceQueue(size, clock);
  const observer = new LinkObserver();
  return {
    size,
    sizeMax: size,
    get inUse() {
      return queue.inUse;
    },
    get measured() {
      const { measured } = observer;
      return measured && { ...measured, isConcurrencyGiven: true };
    },
    recall() {},
    async acquire(signal) {
      await queue.acquire(signal);
      return new FixedPlace(queue, observer, clock);
    },
    watch: () => () => {},
  };
}

class FixedPlace implements TransferPlace {
  readonly #queue: PlaceQueue;
  readonly #observer: LinkObserver;
  readonly #clock: Clock;
  #startedAtMs: number;
  #lastSentAtMs: number;
  #isReleased = false;

  constructor(queue: PlaceQueue, observer: LinkObserver, clock: Clock) {
    this.#queue = queue;
    this.#observer = observer;
    this.#clock = clock;
    this.#startedAtMs = clock.now();
    this.#lastSentAtMs = this.#startedAtMs;
  }

  sent(): void {
    this.#lastSentAtMs = this.#clock.now();
  }

  failed(failure: TransferFailure): void {
    this.#queue.hold(failure.retryAfterMs ?? 0);
    this.#observer.failed(failure);
    this.#startedAtMs = this.#clock.now();
  }

  release(doneBytes: number): void {
    if (this.#isReleased) {
      return;
    }
    this.#isReleased = true;
    const nowMs = this.#clock.now();
    this.#observer.done({
      sizeBytes: doneBytes,
      tookMs: nowMs - this.#startedAtMs,
      answerMs: nowMs - this.#lastSentAtMs,
      concurrency: this.#queue.inUse,
      isFull: this.#queue.isFull,
    });
    this.#queue.release();
  }
}

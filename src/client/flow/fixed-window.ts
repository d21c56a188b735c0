// A window of as many places as the user says.
import type { Clock } from "../clock.ts";
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
  return {
    size,
    sizeMax: size,
    get inUse() {
      return queue.inUse;
    },
    async acquire(signal) {
      await queue.acquire(signal);
      return placeIn(queue);
    },
    watch: () => () => {},
  };
}

function placeIn(queue: PlaceQueue): TransferPlace {
  let isReleased = false;
  return {
    sent() {},
    failed({ retryAfterMs = 0 }: TransferFailure) {
      queue.hold(retryAfterMs);
    },
    release() {
      if (!isReleased) {
        isReleased = true;
        queue.release();
      }
    },
  };
}

// What a user may say about how many transfers run side by side, and the window that comes of it.
import type { Clock } from "../clock.ts";
import { CONCURRENCY_AT_START, CONCURRENCY_MAX_DEFAULT, createAdaptiveWindow } from "./adaptive-window.ts";
import { createFixedWindow } from "./fixed-window.ts";
import { WINDOW_SIZE_MAX } from "./place-queue.ts";
import type { TransferConcurrency, TransferWindow } from "./transfer-window.ts";

/**
 * @throws {TypeError} if `concurrency` is nothing known
 * @throws {RangeError} if a number is outside its range
 */
export function createTransferWindow(concurrency: TransferConcurrency, clock: Clock): TransferWindow {
  if (typeof concurrency === "number") {
    return createFixedWindow(concurrency, clock);
  }
  if (concurrency !== "auto" && (typeof concurrency !== "object" || concurrency === null)) {
    throw new TypeError(
      `concurrency must be a number, "auto" or { min, max }, but is ${JSON.stringify(concurrency)}`,
    );
  }
  const { min = 1, max = Math.max(CONCURRENCY_MAX_DEFAULT, min) } = concurrency === "auto" ? {} : concurrency;
  assertSize("concurrency.min", min, 1);
  assertSize("concurrency.max", max, min);
  const isBounded = concurrency !== "auto";
  return createAdaptiveWindow({
    clock,
    sizeMin: min,
    sizeMax: max,
    sizeAtStart: CONCURRENCY_AT_START,
    isBounded,
  });
}

function assertSize(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least || value > WINDOW_SIZE_MAX) {
    throw new RangeError(`${name} must be an integer from ${least} to ${WINDOW_SIZE_MAX}, but is ${value}`);
  }
}

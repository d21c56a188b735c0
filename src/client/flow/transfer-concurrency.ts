// What a user may say about how many transfers run side by side, and the window that comes of it.
import type { Clock } from "../clock.ts";
import { CONCURRENCY_AT_START, CONCURRENCY_MAX_DEFAULT, createAdaptiveWindow } from "./adaptive-window.ts";
import { createFixedWindow } from "./fixed-window.ts";
import { WINDOW_SIZE_MAX } from "./place-queue.ts";
import type { TransferWindow } from "./transfer-window.ts";

/** A number: always so many. `auto`: as many as carry the most, found while transferring; with bounds, between them. */
export type TransferConcurrency = number | "auto" | ConcurrencyBounds;

export interface ConcurrencyBounds {
  /** From 1; default 1. */
  readonly min?: number;
  /** To WINDOW_SIZE_MAX; default 64, in browsers 6. */
  readonly max?: number;
}

export interface WindowSurroundings {
  readonly clock: Clock;
  /** The most connections that the platform has for one host; a browser has 6. Default: CONCURRENCY_MAX_DEFAULT. */
  readonly sizeMax?: number | undefined;
}

/**
 * @throws {TypeError} if `concurrency` is nothing known
 * @throws {RangeError} if a number is outside its range
 */
export function createTransferWindow(
  concurrency: TransferConcurrency,
  { clock, sizeMax: platformMax = CONCURRENCY_MAX_DEFAULT }: WindowSurroundings,
): TransferWindow {
  if (typeof concurrency === "number") {
    return createFixedWindow(concurrency, clock);
  }
  if (concurrency !== "auto" && (typeof concurrency !== "object" || concurrency === null)) {
    throw new TypeError(
      `concurrency must be a number, "auto" or { min, max }, but is ${JSON.stringify(concurrency)}`,
    );
  }
  const { min = 1, max = Math.max(platformMax, min) } = concurrency === "auto" ? {} : concurrency;
  assertSize("concurrency.min", min, 1);
  assertSize("concurrency.max", max, min);
  return createAdaptiveWindow({ clock, sizeMin: min, sizeMax: max, sizeAtStart: CONCURRENCY_AT_START });
}

function assertSize(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least || value > WINDOW_SIZE_MAX) {
    throw new RangeError(`${name} must be an integer from ${least} to ${WINDOW_SIZE_MAX}, but is ${value}`);
  }
}

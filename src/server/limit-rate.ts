// Bytes no faster than a request allows (x-oss-traffic-limit). The schedule is arithmetic; the generator only waits as
// it says.
import type { RequestBody } from "./request-body.ts";

/** A clock that no one sets back, and its waiting. */
export interface RateClock {
  /** Milliseconds since any moment. */
  now(): number;
  wait(durationMs: number): Promise<void>;
}

export interface RateLimit {
  /** Absent: as fast as it goes. */
  readonly bitsPerSecond: number | undefined;
  readonly clock: RateClock;
  /** Ends the waiting for bytes that nobody wants any more. */
  readonly signal?: AbortSignal | undefined;
}

/** The machine's own. */
export const systemRateClock: RateClock = {
  now: () => performance.now(),
  wait: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
};

/**
 * How long a slice of bytes takes at the limit. Short, so that a slow body flows evenly and one whose client went away
 * ends soon; long enough that the timer's own grain does not count.
 */
const SLICE_DURATION_MS = 100;

/** How far a body that came late may catch up, without a wait between its slices. */
const CREDIT_MS = 100;

/** The most bytes that are let through without a wait. */
export function sliceSizeBytes(bitsPerSecond: number): number {
  return Math.max(1, Math.floor((bitsPerSecond / 8) * (SLICE_DURATION_MS / 1000)));
}

/** What was let through so far has taken its time at `paidUntilMs`. */
export interface RateSchedule {
  readonly bitsPerSecond: number;
  readonly paidUntilMs: number;
}

/** How long the next slice has to wait. */
export function waitBeforeSliceMs({ paidUntilMs }: RateSchedule, nowMs: number): number {
  return Math.max(0, paidUntilMs - nowMs);
}

/** The schedule after a slice of `sizeBytes` was let through at `nowMs`. */
export function afterSlice(schedule: RateSchedule, sizeBytes: number, nowMs: number): RateSchedule {
  const { bitsPerSecond } = schedule;
  const startMs = Math.max(schedule.paidUntilMs, nowMs - CREDIT_MS);
  return { bitsPerSecond, paidUntilMs: startMs + (sizeBytes * 8 * 1000) / bitsPerSecond };
}

/** A body, and how long its limit has held it up so far; undefined where it has none. */
export interface TimedBody {
  readonly body: RequestBody;
  delayMs(): number | undefined;
}

/** As `limitRate()` for a body on its way in, and for an answer that says what the limit cost. */
export function limitAndTime(body: RequestBody, limit: RateLimit): TimedBody {
  const { bitsPerSecond, clock } = limit;
  let delayMs = 0;
  const timedClock: RateClock = {
    now: () => clock.now(),
    async wait(durationMs) {
      const startMs = clock.now();
      await clock.wait(durationMs);
      delayMs += clock.now() - startMs;
    },
  };
  const { sizeBytes, chunks } = body;
  return {
    body:
      bitsPerSecond === undefined
        ? body
        : { sizeBytes, chunks: limitRate(chunks, { ...limit, clock: timedClock }) },
    delayMs: () => (bitsPerSecond === undefined ? undefined : Math.round(delayMs)),
  };
}

/**
 * The same bytes, in slices that come no faster than the limit: at any moment at most what the limit gives in the time
 * since the beginning, and one slice.
 *
 * @throws the signal's reason after an abort, before the next slice
 */
export function limitRate(chunks: AsyncIterable<Uint8Array>, limit: RateLimit): AsyncIterable<Uint8Array> {
  const { bitsPerSecond } = limit;
  return bitsPerSecond === undefined ? chunks : limitedSlices(chunks, { ...limit, bitsPerSecond });
}

async function* limitedSlices(
  chunks: AsyncIterable<Uint8Array>,
  { bitsPerSecond, clock, signal }: RateLimit & { readonly bitsPerSecond: number },
): AsyncGenerator<Uint8Array> {
  const sliceMaxBytes = sliceSizeBytes(bitsPerSecond);
  let schedule: RateSchedule = { bitsPerSecond, paidUntilMs: clock.now() };
  for await (const chunk of chunks) {
    for (let offset = 0; offset < chunk.length; offset += sliceMaxBytes) {
      const slice = chunk.subarray(offset, offset + sliceMaxBytes);
      const waitMs = waitBeforeSliceMs(schedule, clock.now());
      if (waitMs > 0) {
        await clock.wait(waitMs);
      }
      signal?.throwIfAborted();
      schedule = afterSlice(schedule, slice.length, clock.now());
      yield slice;
    }
  }
}

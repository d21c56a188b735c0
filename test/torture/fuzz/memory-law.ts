// Whether a server that answers the same mix of requests for ever would need ever more memory. Two laws, for neither sees
// all: what lives after a collection is exact, and does not know what SQLite and the C library hold; the resident memory
// knows all, and moves by a twentieth with what V8 and the allocator have not given back yet.
//
// The first tenth is a coarse measure for the resident memory: some parts fill up for longer, to a bound, and there is nothing
// to find in them. From the middle on a finer one holds. Over 200,000 requests, from the first tenth on, the live heaps grew by 2 of 31 MiB, nearly all of it compiled
// code; the C library's arenas by 13 MiB, in two steps; the database, which SQLite keeps in memory, by 3; garbage that waits
// in V8's old generation by 5. From the middle on nothing grew.

/** Compiled code, full caches, and what requests under way hold: twice what was ever seen. */
export const LIVE_GROWTH_MAX_BYTES: number = 12 * 2 ** 20;
/** Of the resident memory, from the middle fifth of the requests to the last. */
export const RESIDENT_GROWTH_MAX = 1.08;
/** Of the resident memory, from the first tenth of 100,000 requests to the last. */
export const RESIDENT_GROWTH_FROM_FIRST_MAX = 1.1;
/** A server of one process had 238 to 274 MiB. */
export const RESIDENT_MAX_BYTES: number = 384 * 2 ** 20;
/** Before so many the resident memory still fills up. */
export const RESIDENT_COUNT_MIN = 100_000;

export interface MeasuredMemory {
  /** How many requests it was measured over. */
  readonly requestCount: number;
  /** What lived after the first tenth of them, and after the last. */
  readonly liveBytes: readonly [first: number, last: number];
  /** Evenly over the requests; NaN where the system does not say. */
  readonly residentBytes: readonly number[];
}

/** @returns what is wrong, in a sentence each */
export function complaintsAbout({
  requestCount,
  liveBytes,
  residentBytes,
}: MeasuredMemory): readonly string[] {
  const [first, last] = liveBytes;
  const complaints: string[] = [];
  if (last - first > LIVE_GROWTH_MAX_BYTES) {
    const each = Math.round((last - first) / (0.9 * requestCount));
    complaints.push(
      `what lives in the server grew from ${mebibytes(first)} to ${mebibytes(last)} MiB: ${each} bytes a request`,
    );
  }
  if (requestCount < RESIDENT_COUNT_MIN) {
    return complaints;
  }
  const factor = residentGrowth(residentBytes);
  if (factor > RESIDENT_GROWTH_MAX) {
    complaints.push(`the resident memory grew to ${factor.toFixed(3)} times that of the middle of the run`);
  }
  const fromFirst = residentGrowthFromFirst(requestCount, residentBytes);
  if (fromFirst > RESIDENT_GROWTH_FROM_FIRST_MAX) {
    complaints.push(`the resident memory grew to ${fromFirst.toFixed(3)} times that of the first tenth`);
  }
  const most = Math.max(...residentBytes);
  if (most > RESIDENT_MAX_BYTES) {
    complaints.push(`the resident memory came to ${mebibytes(most)} MiB`);
  }
  return complaints;
}

/** The last fifth of the samples over the middle one; NaN where the system does not say. */
export function residentGrowth(samples: readonly number[]): number {
  const fifth = Math.floor(samples.length / 5);
  return median(samples.slice(-fifth)) / median(samples.slice(2 * fifth, 3 * fifth));
}

/** Over the first 100,000 of the requests: their last tenth over their first; NaN where the system does not say. */
export function residentGrowthFromFirst(requestCount: number, samples: readonly number[]): number {
  const judged = samples.slice(0, Math.ceil(samples.length * Math.min(1, RESIDENT_COUNT_MIN / requestCount)));
  const tenth = Math.floor(judged.length / 10);
  return median(judged.slice(-tenth)) / median(judged.slice(0, tenth));
}

/** At the end of each tenth, in MiB. */
export function residentByTenths(samples: readonly number[]): readonly number[] {
  const tenth = Math.max(1, Math.floor(samples.length / 10));
  return samples.filter((_sample, index) => index % tenth === tenth - 1).map(mebibytes);
}

export function mebibytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

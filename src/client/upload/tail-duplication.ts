// Whether the slowest part is worth sending a second time, on another connection, while nothing else is left to send.
// Pure: the time is a parameter. Upload after upload ends with one connection that crawls while all others idle.

export interface RunningPart {
  readonly partNumber: number;
  readonly sizeBytes: number;
  /** Since it was begun, its earlier attempts included. */
  readonly ageMs: number;
  /** A part is sent twice at most. */
  readonly isDuplicated: boolean;
}

export interface TailSituation {
  readonly running: readonly RunningPart[];
  /** How long each finished part of this upload took, in any order. */
  readonly finishedMs: readonly number[];
  /** What duplicates have cost so far. */
  readonly extraBytes: number;
  readonly totalBytes: number;
}

export type TailDecision =
  | { readonly type: "duplicate"; readonly partNumber: number }
  /** Ask again then, if no part has ended before. */
  | { readonly type: "wait"; readonly waitMs: number }
  /** None is worth it, however long it takes. */
  | { readonly type: "leave" };

/** Of the whole upload: what may be sent for nothing, here and where a slow connection is dropped. */
export const EXTRA_SHARE_MAX = 0.05;

/** With fewer finished parts nothing is known about how long one takes. */
const FINISHED_COUNT_MIN = 4;

/** Parts so quick are not worth another connection. */
const AGE_MIN_MS = 200;

export function decideTail({ running, finishedMs, extraBytes, totalBytes }: TailSituation): TailDecision {
  if (finishedMs.length < FINISHED_COUNT_MIN) {
    return { type: "leave" };
  }
  const affordableBytes = EXTRA_SHARE_MAX * totalBytes - extraBytes;
  const [slowest] = running
    .filter(({ isDuplicated, sizeBytes }) => !isDuplicated && sizeBytes <= affordableBytes)
    .toSorted((left, right) => right.ageMs - left.ageMs);
  if (slowest === undefined) {
    return { type: "leave" };
  }
  const limitMs = suspiciousAgeMs(finishedMs);
  return slowest.ageMs > limitMs
    ? { type: "duplicate", partNumber: slowest.partNumber }
    : { type: "wait", waitMs: Math.floor(limitMs - slowest.ageMs) + 1 };
}

/** The larger of the 95th percentile and twice the median. */
function suspiciousAgeMs(finishedMs: readonly number[]): number {
  const sorted = finishedMs.toSorted((left, right) => left - right);
  return Math.max(AGE_MIN_MS, quantile(sorted, 0.95), 2 * quantile(sorted, 0.5));
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

// Whether the slowest part is worth sending a second time, on another connection, while nothing else is left to send.
// Pure: the time is a parameter. Upload after upload ends with one connection that crawls while all others idle.

export interface RunningPart {
  readonly partNumber: number;
  readonly sizeBytes: number;
  /** Since it was begun, its earlier attempts included. */
  readonly ageMs: number;
  /** Of its present attempt, taken by the system and perhaps not on their way yet. */
  readonly sentBytes: number;
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

/** So many times as long for a part that is nearly there; but its connection may have died. */
const PATIENCE = 2;

/** Parts so quick are not worth another connection. */
const AGE_MIN_MS = 200;

export function decideTail({ running, finishedMs, extraBytes, totalBytes }: TailSituation): TailDecision {
  if (finishedMs.length < FINISHED_COUNT_MIN) {
    return { type: "leave" };
  }
  const affordableBytes = EXTRA_SHARE_MAX * totalBytes - extraBytes;
  const sorted = finishedMs.toSorted((left, right) => left - right);
  const medianMs = quantile(sorted, 0.5);
  const limitMs = Math.max(AGE_MIN_MS, quantile(sorted, 0.95), 2 * medianMs);
  const [next] = running
    .filter(({ isDuplicated, sizeBytes }) => !isDuplicated && sizeBytes <= affordableBytes)
    .map((part) => ({
      partNumber: part.partNumber,
      leftMs: limitMs * (comesWithin(medianMs, part) ? PATIENCE : 1) - part.ageMs,
    }))
    .toSorted((left, right) => left.leftMs - right.leftMs);
  if (next === undefined) {
    return { type: "leave" };
  }
  return next.leftMs < 0
    ? { type: "duplicate", partNumber: next.partNumber }
    : { type: "wait", waitMs: Math.floor(next.leftMs) + 1 };
}

/** At the pace that it has had until now. On a line that all connections fill, one sent anew would only take from the others. */
function comesWithin(timeMs: number, { sizeBytes, sentBytes, ageMs }: RunningPart): boolean {
  return sentBytes > 0 && (sizeBytes - sentBytes) * ageMs <= timeMs * sentBytes;
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

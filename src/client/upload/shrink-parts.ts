// Whether the parts that are not there yet had better be smaller than they were planned. Pure.
//
// What breaks a connection after so many bytes breaks each large part again and again, while small ones pass between two
// breaks. One break of a part says nothing: an outage breaks all that is under way, and is over. That parts break again and
// again says that they are too large for the way to the service.
import { PART_COUNT_MAX, PART_SIZE_MIN_BYTES } from "../../protocol/limits.ts";

export interface PartsSituation {
  /** Since they were last cut: attempts that broke or stalled of parts that had broken before, and parts that arrived. */
  readonly breakAgainCount: number;
  readonly arrivedCount: number;
  /** Of those that are not there, but the last. */
  readonly partSizeBytes: number;
  /** Up to the highest that is there: their numbers are taken. */
  readonly keptCount: number;
  /** Of what follows them. */
  readonly remainingBytes: number;
}

/** Fewer than this may be bad luck; so many come before the only part under way has used up its attempts. */
const BREAK_AGAIN_COUNT_MIN = 3;
/** Of them and the parts that arrived. */
const BREAK_AGAIN_SHARE_MIN = 0.05;
const SHRINK_FACTOR = 4;
/** A smaller step is not worth the requests. */
const WORTHWHILE_FACTOR = 0.75;

/** @returns bytes, PART_SIZE_MIN_BYTES or more; undefined if they had better stay as they are */
export function shrunkPartSize(situation: PartsSituation): number | undefined {
  const { breakAgainCount, arrivedCount, partSizeBytes, keptCount, remainingBytes } = situation;
  const isBad =
    breakAgainCount >= BREAK_AGAIN_COUNT_MIN &&
    breakAgainCount >= BREAK_AGAIN_SHARE_MIN * (breakAgainCount + arrivedCount);
  if (!isBad || remainingBytes <= PART_SIZE_MIN_BYTES) {
    return undefined;
  }
  const fewEnough = Math.ceil(remainingBytes / (PART_COUNT_MAX - keptCount));
  const shrunk = Math.max(PART_SIZE_MIN_BYTES, fewEnough, Math.ceil(partSizeBytes / SHRINK_FACTOR));
  return shrunk <= WORTHWHILE_FACTOR * partSizeBytes ? shrunk : undefined;
}

// Whether the parts that nobody has begun had better be smaller than they were planned. Pure.
//
// What breaks a connection after so many bytes breaks each large part again and again, while small ones pass between two
// breaks. One break says nothing: an outage breaks all that is under way, and is over. That the second attempt of a part
// broke too, and so with several parts, says that parts of this size are too large for the way to the service.
import { PART_COUNT_MAX, PART_SIZE_MIN_BYTES } from "../../protocol/limits.ts";

export interface PartsSituation {
  /** Of parts since they were last cut: those of which two or more attempts broke or stalled, and those that arrived. */
  readonly brokenTwiceCount: number;
  readonly arrivedCount: number;
  /** Of those that nobody has begun, but the last. */
  readonly partSizeBytes: number;
  readonly begunCount: number;
  /** Of what nobody has begun. */
  readonly remainingBytes: number;
}

/** Fewer parts than this may have had bad luck. */
const BROKEN_TWICE_COUNT_MIN = 3;
/** Of the parts that have ended or broken twice. */
const BROKEN_TWICE_SHARE_MIN = 0.05;
const SHRINK_FACTOR = 4;
/** A smaller step is not worth the requests. */
const WORTHWHILE_FACTOR = 0.75;

/** @returns bytes, PART_SIZE_MIN_BYTES or more; undefined if they had better stay as they are */
export function shrunkPartSize(situation: PartsSituation): number | undefined {
  const { brokenTwiceCount, arrivedCount, partSizeBytes, begunCount, remainingBytes } = situation;
  const isBad =
    brokenTwiceCount >= BROKEN_TWICE_COUNT_MIN &&
    brokenTwiceCount >= BROKEN_TWICE_SHARE_MIN * (brokenTwiceCount + arrivedCount);
  if (!isBad || remainingBytes <= PART_SIZE_MIN_BYTES) {
    return undefined;
  }
  const fewEnough = Math.ceil(remainingBytes / (PART_COUNT_MAX - begunCount));
  const shrunk = Math.max(PART_SIZE_MIN_BYTES, fewEnough, Math.ceil(partSizeBytes / SHRINK_FACTOR));
  return shrunk <= WORTHWHILE_FACTOR * partSizeBytes ? shrunk : undefined;
}

// What of a request is looked at beside what it names: a range, a condition, the sums of a body.
import type { ByteRange } from "../../src/protocol/fields/byte-range.ts";
import { Refusal } from "./model-records.ts";
import type { Condition, Damage } from "./service-calls.ts";

/** What `range` means: by default the whole object unless it fits exactly, by HTTP with `isStandard`. */
export function rangeOf(range: ByteRange, sizeBytes: number, isStandard: boolean) {
  const { start, end } = range;
  if (start === undefined && end === undefined) {
    return "whole";
  }
  const from = start ?? sizeBytes - Math.min(end ?? 0, sizeBytes);
  const to = start === undefined || end === undefined ? sizeBytes : end + 1;
  const isTooLong = start === undefined && (end ?? 0) > sizeBytes;
  if (from >= sizeBytes) {
    return isStandard ? "unsatisfiable" : "whole";
  }
  if ((to > sizeBytes || isTooLong) && !isStandard) {
    return "whole";
  }
  return { start: from, endExclusive: Math.min(to, sizeBytes) };
}

/** The condition says of itself how it compares with the object: that is how the call was made. */
export function assertCondition(condition: Condition | null): void {
  const isOther = condition?.offset !== 0;
  if (
    (condition?.name === "ifMatch" && isOther) ||
    (condition?.name === "ifUnmodifiedSince" && condition.offset < 0)
  ) {
    throw new Refusal("PreconditionFailed");
  }
  if (
    (condition?.name === "ifNoneMatch" && !isOther) ||
    (condition?.name === "ifModifiedSince" && condition.offset >= 0)
  ) {
    throw new Refusal("NotModified");
  }
}

/** Damage is found when the body was received: after all that can be said without it. */
export function assertUndamaged(damage: Damage): void {
  if (damage !== "none") {
    throw new Refusal(damage === "md5" ? "InvalidDigest" : "InvalidCRC64");
  }
}

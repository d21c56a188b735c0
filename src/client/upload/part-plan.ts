// Cutting an object into parts. All parts of one upload have one size, but the last: some services insist on it, and
// a part's place can be told from its number.
import {
  OBJECT_SIZE_MAX_BYTES,
  PART_COUNT_MAX,
  PART_SIZE_MAX_BYTES,
  PART_SIZE_MIN_BYTES,
} from "../../protocol/limits.ts";

/** Large enough that the requests cost little, small enough that a lost one is soon sent again. */
export const PART_SIZE_DEFAULT_BYTES: number = 8 * 1024 * 1024;

/** The bytes from `start` up to, but not including, `end`. */
export interface PlannedPart {
  /** From 1. */
  readonly number: number;
  readonly start: number;
  readonly end: number;
}

export interface PlanPartsOptions {
  /** Integer, 0 … OBJECT_SIZE_MAX_BYTES. */
  readonly sizeBytes: number;
  /** Integer, PART_SIZE_MIN_BYTES … PART_SIZE_MAX_BYTES; default 8 MiB. */
  readonly partSizeBytes?: number | undefined;
}

/**
 * Splits an object of `sizeBytes` into parts, in order, without gaps or overlap.
 *
 * Every part is `fittingPartSize` long; the last may be shorter, and is empty only for an object of 0 bytes.
 *
 * @returns parts with `number` from 1 and byte range [start, end); at most `PART_COUNT_MAX`
 * @throws {RangeError} if an argument is outside its range
 * @see limits.ts for the services' limits and where they are published
 */
export function planParts(options: PlanPartsOptions): readonly PlannedPart[] {
  const { sizeBytes } = options;
  return cutParts(sizeBytes, fittingPartSize(options));
}

/** As `planParts`, with exactly this part size, whatever it is: 1 or more, and large enough for `PART_COUNT_MAX` parts. */
export function cutParts(sizeBytes: number, partSizeBytes: number): readonly PlannedPart[] {
  const partCount = Math.max(1, Math.ceil(sizeBytes / partSizeBytes));
  return Array.from({ length: partCount }, (_, partIndex) => ({
    number: partIndex + 1,
    start: partIndex * partSizeBytes,
    end: Math.min(sizeBytes, (partIndex + 1) * partSizeBytes),
  }));
}

/**
 * `partSizeBytes`, doubled until at most `PART_COUNT_MAX` parts are needed, but never above the largest part.
 *
 * @throws {RangeError} if an argument is outside its range
 */
export function fittingPartSize({
  sizeBytes,
  partSizeBytes = PART_SIZE_DEFAULT_BYTES,
}: PlanPartsOptions): number {
  assertInRange("sizeBytes", sizeBytes, 0, OBJECT_SIZE_MAX_BYTES);
  assertInRange("partSizeBytes", partSizeBytes, PART_SIZE_MIN_BYTES, PART_SIZE_MAX_BYTES);
  let fittingBytes = partSizeBytes;
  while (fittingBytes * PART_COUNT_MAX < sizeBytes) {
    fittingBytes = Math.min(fittingBytes * 2, PART_SIZE_MAX_BYTES);
  }
  return fittingBytes;
}

/** @throws {RangeError} */
export function assertInRange(name: string, value: number, min: number, max: number): void {
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new RangeError(`${name} must be an integer from ${min} to ${max}, but is ${value}`);
  }
}

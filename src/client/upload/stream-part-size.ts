// How a stream of unknown length is cut. All parts of one size would end at 10,000 of them, or need large buffers from
// the first byte; so parts begin small and grow, slowly enough that a part is always a small share of what is sent.
import { PART_COUNT_MAX, PART_SIZE_MAX_BYTES, PART_SIZE_MIN_BYTES } from "../../protocol/limits.ts";
import { PART_SIZE_DEFAULT_BYTES } from "./part-plan.ts";

/** After so many parts of one size the next ones are twice as long. */
const PARTS_PER_SIZE = 1_000;

export interface StreamPartSizeOptions {
  /** Bytes, PART_SIZE_MIN_BYTES … PART_SIZE_MAX_BYTES; default 8 MiB. */
  readonly firstPartSizeBytes?: number | undefined;
}

/**
 * The size of a part of a stream whose length nobody knows: 8 MiB of the first thousand, 16 MiB of the second, and so
 * on. 5 TiB need 9,282 parts, and the first 117 GiB none above 64 MiB.
 *
 * @param partNumber  1 … PART_COUNT_MAX
 * @throws {RangeError} if an argument is outside its range
 */
export function streamPartSize(
  partNumber: number,
  { firstPartSizeBytes = PART_SIZE_DEFAULT_BYTES }: StreamPartSizeOptions = {},
): number {
  assertInRange("partNumber", partNumber, 1, PART_COUNT_MAX);
  assertInRange("firstPartSizeBytes", firstPartSizeBytes, PART_SIZE_MIN_BYTES, PART_SIZE_MAX_BYTES);
  const doublingCount = Math.floor((partNumber - 1) / PARTS_PER_SIZE);
  return Math.min(firstPartSizeBytes * 2 ** doublingCount, PART_SIZE_MAX_BYTES);
}

function assertInRange(name: string, value: number, min: number, max: number): void {
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new RangeError(`${name} must be an integer from ${min} to ${max}, but is ${value}`);
  }
}

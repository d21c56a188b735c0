// The part size as oss2 determines it, for programs that send the parts themselves.
import { PART_COUNT_MAX, PART_SIZE_MIN_BYTES } from "../../protocol/limits.ts";

/** Source: oss2 defaults.py. */
const PREFERRED_SIZE_DEFAULT_BYTES: number = 10 * 1024 * 1024;

/**
 * A part size with which `totalSize` bytes need at most 10,000 parts, each of at least 100 KiB but the last.
 *
 * It is `preferredSize`, doubled until it fits; or `totalSize`, when that is smaller than `preferredSize`.
 *
 * @param totalSize      bytes, an integer from 0
 * @param preferredSize  bytes, an integer from 1; default 10 MiB
 * @throws {RangeError} if an argument is outside its range
 * @see oss2 resumable.py, determine_part_size
 */
export function determinePartSize(
  totalSize: number,
  { preferredSize = PREFERRED_SIZE_DEFAULT_BYTES }: { readonly preferredSize?: number } = {},
): number {
  if (!Number.isSafeInteger(totalSize) || totalSize < 0) {
    throw new RangeError(`totalSize must be an integer from 0, but is ${totalSize}`);
  }
  if (!Number.isSafeInteger(preferredSize) || preferredSize < 1) {
    throw new RangeError(`preferredSize must be an integer from 1, but is ${preferredSize}`);
  }
  if (totalSize < preferredSize) {
    return totalSize;
  }
  let partSize = preferredSize;
  while (partSize * PART_COUNT_MAX < totalSize || partSize < PART_SIZE_MIN_BYTES) {
    partSize *= 2;
  }
  return partSize;
}

// Cutting an object into ranges that are fetched side by side. All have one size but the last.

/** The bytes from `start` up to, but not including, `end`. */
export interface DownloadRange {
  /** From 0. */
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

/** Large enough that a request costs little, small enough that several fit a file of moderate size. */
export const RANGE_SIZE_DEFAULT_BYTES: number = 8 * 1024 * 1024;

/** So that an object of 48.8 TB has 10,000 notes and not six million. */
const RANGE_COUNT_MAX = 10_000;

/** @returns `wishedBytes`, doubled until `RANGE_COUNT_MAX` ranges suffice */
export function fittingRangeSize(sizeBytes: number, wishedBytes: number = RANGE_SIZE_DEFAULT_BYTES): number {
  let fittingBytes = wishedBytes;
  while (fittingBytes * RANGE_COUNT_MAX < sizeBytes) {
    fittingBytes *= 2;
  }
  return fittingBytes;
}

/** Ranges in order, without gaps or overlap; none of an empty object. */
export function downloadRanges(sizeBytes: number, rangeSizeBytes: number): readonly DownloadRange[] {
  return Array.from({ length: Math.ceil(sizeBytes / rangeSizeBytes) }, (_, index) => ({
    index,
    start: index * rangeSizeBytes,
    end: Math.min(sizeBytes, (index + 1) * rangeSizeBytes),
  }));
}

// Ranges of bytes: what Range asks for, what Content-Range answers, and OSS's own rules in between.
// Source: OSS API, GetObject (Range, x-oss-range-behavior); RFC 9110, section 14.
import { parseCount } from "./count-text.ts";

/** Both ends inclusive. `{ start }` runs to the end of the object; `{ end }` alone is its last `end` bytes. */
export interface ByteRange {
  readonly start?: number;
  readonly end?: number;
}

/** A range that is known to lie in its object. */
export interface ResolvedByteRange {
  readonly start: number;
  readonly endExclusive: number;
}

/** A resolved range, and the size of the whole that it is a part of. */
export interface ContentRange extends ResolvedByteRange {
  readonly totalSizeBytes: number;
}

/**
 * `bytes=0-99`, `bytes=100-`, `bytes=-100`.
 *
 * @throws {RangeError} if the range has neither a start nor an end
 */
export function formatByteRange({ start, end }: ByteRange): string {
  if (start === undefined && end === undefined) {
    throw new RangeError("a byte range needs a start, an end, or both");
  }
  return `bytes=${start ?? ""}-${end ?? ""}`;
}

/** The range that a Range header asks for, or undefined when there is none or it is invalid or more than one. */
export function parseByteRange(text: string | undefined): ByteRange | undefined {
  const match = /^bytes=(\d{0,16})-(\d{0,16})$/i.exec(text ?? "");
  const start = parseCount(match?.[1]);
  const end = parseCount(match?.[2]);
  if (start === undefined) {
    return end === undefined || match?.[1] !== "" ? undefined : { end };
  }
  if (end === undefined) {
    return match?.[2] === "" ? { start } : undefined;
  }
  return start <= end ? { start, end } : undefined;
}

/**
 * What of an object of `sizeBytes` the range means.
 *
 * By default OSS answers a range that does not fit, even by one byte, with the whole object. With
 * `x-oss-range-behavior: standard` it goes by HTTP: an end behind the object is moved, a start behind it is refused.
 */
export function resolveByteRange(
  range: ByteRange | undefined,
  sizeBytes: number,
  behavior: "standard" | undefined,
): ResolvedByteRange | "unsatisfiable" | "whole" {
  if (range === undefined) {
    return "whole";
  }
  const start = range.start ?? Math.max(0, sizeBytes - (range.end ?? 0));
  const wantedEnd = range.start === undefined || range.end === undefined ? sizeBytes : range.end + 1;
  if (start >= sizeBytes) {
    return behavior === "standard" ? "unsatisfiable" : "whole";
  }
  const doesFit = wantedEnd <= sizeBytes && (range.start !== undefined || (range.end ?? 0) <= sizeBytes);
  if (!doesFit && behavior !== "standard") {
    return "whole";
  }
  return { start, endExclusive: Math.min(wantedEnd, sizeBytes) };
}

/** `bytes 0-99/1000`. */
export function formatContentRange({ start, endExclusive, totalSizeBytes }: ContentRange): string {
  return `bytes ${start}-${endExclusive - 1}/${totalSizeBytes}`;
}

/** The range that a Content-Range header names, or undefined when there is none or its size is unknown. */
export function parseContentRange(text: string | undefined): ContentRange | undefined {
  const match = /^bytes (\d{1,16})-(\d{1,16})\/(\d{1,16})$/.exec(text ?? "");
  if (!match) {
    return undefined;
  }
  const [start = 0, end = 0, totalSizeBytes = 0] = match.slice(1).map(Number);
  return start <= end && end < totalSizeBytes ? { start, endExclusive: end + 1, totalSizeBytes } : undefined;
}

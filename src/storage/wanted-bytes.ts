// Which of an object's extents a reader of some of its bytes needs. Pure, so that every store answers alike.
import type { OpenedVersion, WantedBytes } from "./metadata-store.ts";
import type { Extent, VersionRecord } from "./records.ts";

/** A run of bytes that lies in its object, and is not empty. */
export interface ByteRun {
  readonly start: number;
  readonly endExclusive: number;
}

/** @returns undefined for all bytes: no others are wanted, or those that are do not lie in the object */
export function wantedRun(version: VersionRecord, wanted: WantedBytes | undefined): ByteRun | undefined {
  if (wanted === undefined) {
    return undefined;
  }
  const { start, endExclusive } = wanted;
  const sizeBytes = version.type === "DeleteMarker" ? 0 : version.sizeBytes;
  const run = { start: start < 0 ? sizeBytes + start : start, endExclusive: endExclusive ?? sizeBytes };
  const isInside = run.start >= 0 && run.start < run.endExclusive && run.endExclusive <= sizeBytes;
  return isInside ? run : undefined;
}

/**
 * What of a version is needed to read the run.
 *
 * @param extents  in order, at least those that have bytes of the run
 * @param run      undefined for all bytes
 * @param startBytes  where in the object the first of `extents` begins
 */
export function openedForRun(
  version: VersionRecord,
  extents: readonly Extent[],
  run: ByteRun | undefined,
  startBytes = 0,
): OpenedVersion {
  if (run === undefined) {
    return { version, extents };
  }
  let skippedBytes = startBytes;
  let first = 0;
  for (let extent = extents[0]; extent !== undefined; extent = extents[first]) {
    if (skippedBytes + extent.sizeBytes > run.start) {
      break;
    }
    skippedBytes += extent.sizeBytes;
    first += 1;
  }
  let position = skippedBytes;
  let last = first;
  for (let extent = extents[first]; extent !== undefined; extent = extents[last]) {
    if (position >= run.endExclusive) {
      break;
    }
    position += extent.sizeBytes;
    last += 1;
  }
  const needed = extents.slice(first, last);
  return { version, extents: needed, ...(skippedBytes === 0 ? {} : { skippedBytes }) };
}

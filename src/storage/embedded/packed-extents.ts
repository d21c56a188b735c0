// An object's extents on their way between the threads: 10,000 of them as two texts take 5 ms, as so many objects 20 ms,
// and every reading of a range of such an object begins with them.
import type { Extent, VersionRecord } from "../records.ts";

export interface PackedExtents {
  /** A JSON array, in order. */
  readonly blobIds: string;
  /** A JSON array, in order. */
  readonly sizesBytes: string;
}

/** What `openObject` answers, packed. */
export interface PackedVersion {
  readonly version: VersionRecord;
  readonly extents: PackedExtents;
}

export function unpackExtents(packed: PackedExtents): readonly Extent[] {
  const blobIds = JSON.parse(packed.blobIds) as readonly string[];
  const sizesBytes = JSON.parse(packed.sizesBytes) as readonly number[];
  return blobIds.map((blobId, index) => ({ blobId, sizeBytes: sizesBytes[index] ?? 0 }));
}

// An object's extents on their way between the threads: 10,000 of them as two texts take 5 ms, as so many objects 20 ms,
// and whoever reads the whole of such an object begins with them.
import type { OpenedVersion } from "../metadata-store.ts";
import type { Extent, VersionRecord } from "../records.ts";
import { type ByteRun, openedForRun } from "../wanted-bytes.ts";

export interface PackedExtents {
  /** A JSON array, in order. */
  readonly blobIds: string;
  /** A JSON array, in order. */
  readonly sizesBytes: string;
  /** Where in the object the first of them begins. */
  readonly startBytes: number;
}

/** What `openObject` answers, packed. */
export interface PackedVersion {
  readonly version: VersionRecord;
  /** Those that are needed, and possibly some beside them. */
  readonly extents: PackedExtents;
  /** What they are needed for; undefined for all bytes. */
  readonly run: ByteRun | undefined;
}

export function unpackVersion({ version, extents, run }: PackedVersion): OpenedVersion {
  return openedForRun(version, unpackExtents(extents), run, extents.startBytes);
}

function unpackExtents(packed: PackedExtents): readonly Extent[] {
  const blobIds = JSON.parse(packed.blobIds) as readonly string[];
  const sizesBytes = JSON.parse(packed.sizesBytes) as readonly number[];
  return blobIds.map((blobId, index) => ({ blobId, sizeBytes: sizesBytes[index] ?? 0 }));
}

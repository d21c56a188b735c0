// A content is a run of bytes: the parts of one upload, or of one object, under one number. Completing an upload hands
// its content to the object, so no part row moves. See docs/decisions/0002-parts-stay-where-they-are.md.
import type { DatabaseSync } from "node:sqlite";
import type { PlannedPart } from "../../plan-completion.ts";
import type { Extent, PartRecord } from "../../records.ts";
import type { ByteRun } from "../../wanted-bytes.ts";
import type { PackedExtents } from "../packed-extents.ts";
import { partOf, text } from "../rows.ts";
import { openExtentIndex } from "./extent-index.ts";
import { preparePackedParts } from "./packed-parts.ts";

/** The time of the call that is being run; the worker sets it. */
export interface CallClock {
  nowMs: number;
  /** When what becomes garbage now may be deleted. */
  dueMs: number;
}

interface ExtentPlace {
  readonly contentId: number;
  /** 0 for a new content. */
  readonly afterPartNumber: number;
  /** How many bytes the content has. */
  readonly startBytes: number;
}

export interface Contents {
  parts(contentId: number): readonly PlannedPart[];
  partsAfter(contentId: number, afterPartNumber: number, limit: number): readonly PartRecord[];
  /** 0 when there is no part. */
  lastPartNumber(contentId: number): number;
  part(contentId: number, partNumber: number): Extent | undefined;
  /** Those that have bytes of the run, with some beside them; without a run all. */
  extents(contentId: number, run: ByteRun | undefined): PackedExtents;
  /** Adds a part whose number is free. */
  addPart(contentId: number, part: PartRecord): void;
  /** To be told when an upload's content becomes an object's: from then on no part goes. @param parts  all, in order */
  finish(contentId: number, parts: readonly Pick<PartRecord, "partNumber" | "sizeBytes">[]): void;
  /** Adds bytes whose checksums are the object's own, behind the part of that number. Parts of such contents have no gaps. */
  addExtents(place: ExtentPlace, extents: readonly Extent[], createdAtMs: number): void;
  dropPart(contentId: number, part: Pick<PartRecord, "partNumber">): void;
  /** All its blobs become garbage. */
  drop(contentId: number): void;
  /** Blobs that no row names become garbage. */
  discard(blobs: readonly Extent[]): void;
}

export function openContents(database: DatabaseSync, clock: CallClock): Contents {
  const index = openExtentIndex(database);
  const selectParts = database.prepare(
    "SELECT * FROM part WHERE content_id = ? AND part_number > ? ORDER BY part_number LIMIT ?",
  );
  const selectExtents = database.prepare(
    // An order within the two aggregates would sort twice; SQLite keeps the subquery's for them.
    `SELECT json_group_array(blob) AS blobs, json_group_array(size) AS sizes
     FROM (SELECT blob, size FROM part WHERE content_id = ? AND part_number >= ? AND part_number < ?
           ORDER BY part_number)`,
  );
  const insertPart = database.prepare("INSERT INTO part VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  const selectLast = database.prepare("SELECT max(part_number) AS last FROM part WHERE content_id = ?");
  const selectPart = database.prepare("SELECT blob, size FROM part WHERE content_id = ? AND part_number = ?");
  const deletePart = database.prepare(
    "DELETE FROM part WHERE content_id = ? AND part_number = ? RETURNING blob, size",
  );
  const deleteParts = database.prepare("DELETE FROM part WHERE content_id = ?");
  const discardBlob = database.prepare(
    "INSERT INTO gc VALUES (?, ?, ?) ON CONFLICT (blob) DO UPDATE SET due_at = excluded.due_at",
  );
  const discardParts = database.prepare("INSERT INTO gc SELECT blob, ?, size FROM part WHERE content_id = ?");

  function takeOut(contentId: number, partNumber: number): void {
    const row = deletePart.get(contentId, partNumber);
    if (row !== undefined) {
      discardBlob.run(text(row.blob), clock.dueMs, Number(row.size));
    }
  }

  return {
    parts: preparePackedParts(database),
    partsAfter: (contentId, afterPartNumber, limit) =>
      selectParts.all(contentId, afterPartNumber, limit).map(partOf),
    lastPartNumber: (contentId) => Number(selectLast.get(contentId)?.last ?? 0),
    part: (contentId, partNumber) => {
      const row = selectPart.get(contentId, partNumber);
      return row && { blobId: text(row.blob), sizeBytes: Number(row.size) };
    },
    extents: (contentId, run) => {
      const { first, endExclusive, startBytes } = index.spanOf(contentId, run);
      const row = selectExtents.get(contentId, first, endExclusive);
      return { blobIds: text(row?.blobs), sizesBytes: text(row?.sizes), startBytes };
    },
    addPart: (contentId, { partNumber, blobId, sizeBytes, md5, crc64, createdAtMs, digestState }) => {
      const state = digestState ?? null;
      insertPart.run(contentId, partNumber, blobId, sizeBytes, md5, String(crc64), createdAtMs, state);
    },
    finish: (contentId, parts) => {
      let startBytes = 0;
      for (const [partIndex, { partNumber, sizeBytes }] of parts.entries()) {
        index.add({ contentId, partNumber, partIndex, startBytes });
        startBytes += sizeBytes;
      }
    },
    addExtents: ({ contentId, afterPartNumber, ...place }, extents, createdAtMs) => {
      let { startBytes } = place;
      let partNumber = afterPartNumber;
      for (const { blobId, sizeBytes } of extents) {
        index.add({ contentId, partNumber: partNumber + 1, partIndex: partNumber, startBytes });
        startBytes += sizeBytes;
        partNumber += 1;
        insertPart.run(contentId, partNumber, blobId, sizeBytes, null, null, createdAtMs, null);
      }
    },
    dropPart: (contentId, { partNumber }) => takeOut(contentId, partNumber),
    drop: (contentId) => {
      discardParts.run(clock.dueMs, contentId);
      deleteParts.run(contentId);
      index.drop(contentId);
    },
    discard: (blobs) => {
      for (const { blobId, sizeBytes } of blobs) {
        discardBlob.run(blobId, clock.dueMs, sizeBytes);
      }
    },
  };
}

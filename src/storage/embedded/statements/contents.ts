// A content is a run of bytes: the parts of one upload, or of one object, under one number. Completing an upload hands
// its content to the object, so no part row moves. See docs/decisions/0002-parts-stay-where-they-are.md.
import type { DatabaseSync } from "node:sqlite";
import type { Extent, PartRecord } from "../../records.ts";
import type { PackedExtents } from "../packed-extents.ts";
import { partOf, text } from "../rows.ts";
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
}

export interface Contents {
  parts(contentId: number): readonly PartRecord[];
  partsAfter(contentId: number, afterPartNumber: number, limit: number): readonly PartRecord[];
  /** 0 when there is no part. */
  lastPartNumber(contentId: number): number;
  part(contentId: number, partNumber: number): Extent | undefined;
  extents(contentId: number): PackedExtents;
  /** Adds a part whose number is free. */
  addPart(contentId: number, part: PartRecord): void;
  /** Adds bytes whose checksums are the object's own, behind the part of that number. */
  addExtents(place: ExtentPlace, extents: readonly Extent[], createdAtMs: number): void;
  dropPart(contentId: number, part: Pick<PartRecord, "partNumber">): void;
  /** All its blobs become garbage. */
  drop(contentId: number): void;
  /** Blobs that no row names become garbage. */
  discard(blobs: readonly Extent[]): void;
}

export function openContents(database: DatabaseSync, clock: CallClock): Contents {
  const selectParts = database.prepare(
    "SELECT * FROM part WHERE content_id = ? AND part_number > ? ORDER BY part_number LIMIT ?",
  );
  const selectExtents = database.prepare(
    // An order within the two aggregates would sort twice; SQLite keeps the subquery's for them.
    `SELECT json_group_array(blob) AS blobs, json_group_array(size) AS sizes
     FROM (SELECT blob, size FROM part WHERE content_id = ? ORDER BY part_number)`,
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
    extents: (contentId) => {
      const row = selectExtents.get(contentId);
      return { blobIds: text(row?.blobs), sizesBytes: text(row?.sizes) };
    },
    addPart: (contentId, { partNumber, blobId, sizeBytes, md5, crc64, createdAtMs, digestState }) => {
      const state = digestState ?? null;
      insertPart.run(contentId, partNumber, blobId, sizeBytes, md5, String(crc64), createdAtMs, state);
    },
    addExtents: ({ contentId, afterPartNumber }, extents, createdAtMs) => {
      let partNumber = afterPartNumber;
      for (const { blobId, sizeBytes } of extents) {
        partNumber += 1;
        insertPart.run(contentId, partNumber, blobId, sizeBytes, null, null, createdAtMs, null);
      }
    },
    dropPart: (contentId, { partNumber }) => takeOut(contentId, partNumber),
    drop: (contentId) => {
      discardParts.run(clock.dueMs, contentId);
      deleteParts.run(contentId);
    },
    discard: (blobs) => {
      for (const { blobId, sizeBytes } of blobs) {
        discardBlob.run(blobId, clock.dueMs, sizeBytes);
      }
    },
  };
}

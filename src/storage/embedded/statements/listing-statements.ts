// Listings of objects, of their versions and of open uploads.
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { Folding } from "../../common-prefix.ts";
import { standsBehindGone } from "../../version-ids.ts";
import { type ScanPosition, scanFolded, scanStart } from "../folded-scan.ts";
import { bytesAfter, bytesAfterPrefix, keyText } from "../key-bytes.ts";
import type { SynchronousOperations } from "../metadata-messages.ts";
import { PACKED_COLUMNS, type PackedRows, packRows } from "../packed-listing.ts";
import { keyOf, listedUploadOf, type Row, text } from "../rows.ts";
import type { RequireBucket } from "./bucket-statements.ts";
import type { Versions } from "./versions.ts";

type Operations = Pick<SynchronousOperations, "listObjects" | "listUploads" | "listVersions">;

/** As SQLite says it. */
const NO_LIMIT = -1;
/** A key costs less as text than as bytes that are decoded here. */
const NAME = "CAST(key AS TEXT) AS name";

export interface ListingParts {
  readonly versions: Versions;
  readonly requireBucket: RequireBucket;
}

export function listingStatements(
  database: DatabaseSync,
  { versions, requireBucket }: ListingParts,
): Operations {
  const objectsFrom = database.prepare(
    `SELECT ${NAME}, ${PACKED_COLUMNS} AS packed
     FROM object WHERE bucket = ? AND key >= ? AND key < ? AND type <> 'DeleteMarker'
     ORDER BY key LIMIT ?`,
  );
  const versionsFrom = openVersionScan(database, versions);
  const uploadsFrom = database.prepare(
    `SELECT * FROM upload WHERE bucket = ? AND (key, upload_id) > (?, ?) AND key < ?
     ORDER BY key, upload_id LIMIT ?`,
  );

  return {
    listObjects: (bucket, page) => {
      requireBucket(bucket);
      const end = bytesAfterPrefix(page.prefix);
      const { entries, isTruncated } = scanFolded({
        folding: page,
        start: scanStart({ key: page.startAfter, after: "" }, page),
        limit: page.limit,
        rowsFrom: ({ key }, limit) => readRows(objectsFrom, page, [bucket, key, end, limit]),
        keyOf: nameOf,
      });
      const last = entries.at(-1);
      return {
        packed: packedRows(bucket, rowsOf(entries)),
        commonPrefixes: commonPrefixesOf(entries),
        ...(isTruncated && last !== undefined ? { nextMarker: last.key } : {}),
      };
    },
    listVersions: (bucket, page) => {
      requireBucket(bucket);
      const end = bytesAfterPrefix(page.prefix);
      const { entries, isTruncated } = scanFolded({
        folding: page,
        start: scanStart({ key: page.keyMarker, after: page.versionIdMarker }, page),
        limit: page.limit,
        rowsFrom: (position, limit) => versionsFrom({ bucket, position, end, limit, folding: page }),
        keyOf: nameOf,
      });
      const rows = rowsOf(entries);
      const last = entries.at(-1);
      const versionId = last?.row === undefined ? "" : text(last.row.version_id);
      return {
        packed: packedRows(bucket, rows),
        areLatest: rows.map(({ is_latest }) => is_latest === 1),
        commonPrefixes: commonPrefixesOf(entries),
        ...(isTruncated && last !== undefined ? { next: { key: last.key, versionId } } : {}),
      };
    },
    listUploads: (bucket, page) => {
      requireBucket(bucket);
      const end = bytesAfterPrefix(page.prefix);
      const { entries, isTruncated } = scanFolded({
        folding: page,
        start: scanStart({ key: page.keyMarker, after: page.uploadIdMarker }, page),
        limit: page.limit,
        rowsFrom: ({ key, after }, limit) => readRows(uploadsFrom, page, [bucket, key, after, end, limit]),
        keyOf,
      });
      const last = entries.at(-1);
      const uploadId = last?.row === undefined ? "" : text(last.row.upload_id);
      return {
        uploads: rowsOf(entries).map(listedUploadOf),
        commonPrefixes: commonPrefixesOf(entries),
        ...(last === undefined ? {} : { last: { key: last.key, uploadId } }),
        isTruncated,
      };
    },
  };
}

interface VersionScan {
  readonly bucket: string;
  readonly position: ScanPosition;
  readonly end: Uint8Array;
  readonly limit: number;
  readonly folding: Folding;
}

/** Two scans: the rest of the key at which the page before ended, then all versions of the keys after it. */
function openVersionScan(database: DatabaseSync, versions: Versions): (scan: VersionScan) => Iterable<Row> {
  const columns = `${NAME}, version_id, is_latest, ${PACKED_COLUMNS} AS packed`;
  // The current version too: it is older than the marker when that was current before it, and is gone.
  const olderOfKey = database.prepare(
    `SELECT ${columns}, type, generation FROM (
       SELECT *, 1 AS is_latest FROM object WHERE bucket = ? AND key = ? AND generation < ?
       UNION ALL
       SELECT *, 0 AS is_latest FROM noncurrent WHERE bucket = ? AND key = ? AND generation < ?
       ORDER BY generation DESC LIMIT ?
     )`,
  );
  // Each table's rows come in this order from its own key, so that SQLite merges them and sorts nothing.
  const fromKey = database.prepare(
    `SELECT ${columns} FROM (
       SELECT *, 1 AS is_latest FROM object WHERE bucket = ? AND key >= ? AND key < ?
       UNION ALL
       SELECT *, 0 AS is_latest FROM noncurrent WHERE bucket = ? AND key >= ? AND key < ?
       ORDER BY key, generation DESC LIMIT ?
     )`,
  );

  return function* ({ bucket, position: { key, after }, end, limit, folding }) {
    if (after === "") {
      yield* readRows(fromKey, folding, [bucket, key, end, bucket, key, end, limit]);
      return;
    }
    if (Buffer.compare(key, end) >= 0) {
      return;
    }
    let leftCount = limit;
    const marker = versions.find({ bucket, key }, after);
    const older = [
      bucket,
      key,
      marker === undefined ? Number.MAX_SAFE_INTEGER : Number(marker.generation),
    ] as const;
    // Behind a version that is gone the generation does not tell alone, so that all rows of the key are looked at.
    for (const row of olderOfKey.iterate(...older, ...older, marker === undefined ? NO_LIMIT : limit)) {
      if (marker !== undefined || standsBehindGone(putOf(row), after)) {
        leftCount -= 1;
        yield row;
      }
      if (leftCount === 0) {
        return;
      }
    }
    const next = bytesAfter(keyText(key));
    yield* readRows(fromKey, folding, [bucket, next, end, bucket, next, end, leftCount]);
  };
}

/** Without a delimiter all rows are wanted, and cost less at once; with one, nobody wants those behind a common prefix. */
function readRows(
  statement: StatementSync,
  { delimiter }: Folding,
  values: readonly SQLInputValue[],
): Iterable<Row> {
  return delimiter === "" ? statement.all(...values) : statement.iterate(...values);
}

function nameOf({ name }: Row): string {
  return text(name);
}

function putOf({ version_id, type, generation }: Row) {
  return { versionId: text(version_id), type: text(type), generation: Number(generation) };
}

function packedRows(bucket: string, rows: readonly Row[]): PackedRows {
  return packRows(
    bucket,
    rows.map(nameOf),
    rows.map(({ packed }) => text(packed)),
  );
}

interface Entry {
  readonly key: string;
  readonly row?: Row;
}

function rowsOf(entries: readonly Entry[]): readonly Row[] {
  return entries.flatMap(({ row }) => (row === undefined ? [] : [row]));
}

function commonPrefixesOf(entries: readonly Entry[]): readonly string[] {
  return entries.flatMap(({ key, row }) => (row === undefined ? [key] : []));
}

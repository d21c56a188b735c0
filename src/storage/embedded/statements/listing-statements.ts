// Listings of objects and of open uploads.
import type { DatabaseSync } from "node:sqlite";
import { scanFolded, scanStart } from "../folded-scan.ts";
import { bytesAfterPrefix } from "../key-bytes.ts";
import type { SynchronousOperations } from "../metadata-messages.ts";
import { keyOf, objectOf, uploadOf } from "../rows.ts";

type Operations = Pick<SynchronousOperations, "listObjects" | "listUploads">;

export function listingStatements(database: DatabaseSync, assertBucket: (name: string) => void): Operations {
  const objectsFrom = database.prepare(
    "SELECT * FROM object WHERE bucket = ? AND key >= ? AND key < ? ORDER BY key LIMIT ?",
  );
  const uploadsFrom = database.prepare(
    `SELECT * FROM upload WHERE bucket = ? AND (key, upload_id) > (?, ?) AND key < ?
     ORDER BY key, upload_id LIMIT ?`,
  );

  return {
    listObjects: (bucket, page) => {
      assertBucket(bucket);
      const end = bytesAfterPrefix(page.prefix);
      const { entries, isTruncated } = scanFolded({
        folding: page,
        start: scanStart({ key: page.startAfter, uploadId: "" }, page),
        limit: page.limit,
        rowsFrom: (position, limit) => objectsFrom.iterate(bucket, position.key, end, limit),
        keyOf,
      });
      const last = entries.at(-1);
      return {
        objects: entries.flatMap(({ row }) => (row === undefined ? [] : [objectOf(row)])),
        commonPrefixes: entries.flatMap(({ key, row }) => (row === undefined ? [key] : [])),
        ...(isTruncated && last !== undefined ? { nextMarker: last.key } : {}),
      };
    },
    listUploads: (bucket, page) => {
      assertBucket(bucket);
      const end = bytesAfterPrefix(page.prefix);
      const { entries, isTruncated } = scanFolded({
        folding: page,
        start: scanStart({ key: page.keyMarker, uploadId: page.uploadIdMarker }, page),
        limit: page.limit,
        rowsFrom: ({ key, uploadId }, limit) => uploadsFrom.iterate(bucket, key, uploadId, end, limit),
        keyOf,
      });
      const uploads = entries.flatMap(({ row }) => (row === undefined ? [] : [uploadOf(row)]));
      const last = entries.at(-1);
      const uploadId = last?.row === undefined ? "" : (uploads.at(-1)?.uploadId ?? "");
      return {
        uploads,
        commonPrefixes: entries.flatMap(({ key, row }) => (row === undefined ? [key] : [])),
        ...(last === undefined ? {} : { last: { key: last.key, uploadId } }),
        isTruncated,
      };
    },
  };
}

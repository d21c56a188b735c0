// What a bucket holds. The sums of its versions are kept (bucket-use-table.ts), and open uploads are few and know theirs.
import type { DatabaseSync } from "node:sqlite";
import type { SynchronousOperations } from "../metadata-messages.ts";
import { type Row, text } from "../rows.ts";

export function prepareBucketMeasurement(database: DatabaseSync): SynchronousOperations["measureBucket"] {
  const selectUse = database.prepare("SELECT * FROM bucket_use WHERE bucket = ? ORDER BY storage_class");
  const selectUploads = database.prepare(
    `SELECT coalesce(attributes ->> '$.standard.storageClass', '') AS storage_class, count(*) AS uploads,
       sum(part_count) AS parts, sum(held_bytes) AS held
     FROM upload WHERE bucket = ? GROUP BY 1 ORDER BY 1`,
  );
  return (name) => {
    const rows = selectUse.all(name);
    return {
      deleteMarkerCount: rows.reduce((sum, row) => sum + Number(row.marker_count), 0),
      objects: rows
        .map((row) => ({
          ...storageClassOf(row),
          objectCount: Number(row.object_count),
          sizeBytes: Number(row.size),
        }))
        .filter(({ objectCount }) => objectCount > 0),
      uploads: selectUploads.all(name).map((row) => ({
        ...storageClassOf(row),
        uploadCount: Number(row.uploads),
        partCount: Number(row.parts),
        heldBytes: Number(row.held),
      })),
    };
  };
}

function storageClassOf(row: Row): { readonly storageClass?: string } {
  const storageClass = text(row.storage_class);
  return storageClass === "" ? {} : { storageClass };
}

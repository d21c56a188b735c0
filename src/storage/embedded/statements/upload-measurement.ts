// What the open uploads of each bucket hold. The sums are kept with every upload, so no part is looked at.
import type { DatabaseSync } from "node:sqlite";
import type { SynchronousOperations } from "../metadata-messages.ts";
import { text } from "../rows.ts";

export function prepareMeasurement(database: DatabaseSync): SynchronousOperations["measureUploads"] {
  const measure = database.prepare(
    `SELECT bucket, count(*) AS uploads, sum(part_count) AS parts, sum(held_bytes) AS held, min(initiated_at) AS oldest
     FROM upload WHERE initiated_at < ? GROUP BY bucket ORDER BY bucket`,
  );
  return ({ begunBeforeMs }) =>
    measure.all(begunBeforeMs).map((row) => ({
      bucket: text(row.bucket),
      uploadCount: Number(row.uploads),
      partCount: Number(row.parts),
      heldBytes: Number(row.held),
      oldestInitiatedAtMs: Number(row.oldest),
    }));
}

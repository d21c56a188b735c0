// How uploads ended: one row each, written in the transaction that ends the upload.
import type { DatabaseSync } from "node:sqlite";
import type { UploadId, UploadOutcome } from "../../records.ts";
import { keyBytes } from "../key-bytes.ts";
import type { SynchronousOperations } from "../metadata-messages.ts";
import { objectOf, type Row, text } from "../rows.ts";

export interface Outcomes {
  readonly operations: Pick<SynchronousOperations, "forgetOutcomes" | "getOutcome">;
  add(upload: UploadId, outcome: UploadOutcome): void;
}

export function openOutcomes(database: DatabaseSync): Outcomes {
  const insert = database.prepare(
    `INSERT INTO outcome (upload_id, bucket, key, ended_at, type, fingerprint,
       version_id, generation, size, etag, md5, crc64, attributes)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const select = database.prepare("SELECT * FROM outcome WHERE upload_id = ? AND bucket = ? AND key = ?");
  const forget = database.prepare(
    `DELETE FROM outcome WHERE (upload_id, bucket, key) IN
       (SELECT upload_id, bucket, key FROM outcome WHERE ended_at < ? ORDER BY ended_at LIMIT ?)`,
  );

  return {
    add: ({ uploadId, bucket, key }, outcome) => {
      const id = [uploadId, bucket, keyBytes(key), outcome.endedAtMs, outcome.type] as const;
      insert.run(...id, ...columnsOf(outcome));
    },
    operations: {
      getOutcome: ({ uploadId, bucket, key }) => {
        const row = select.get(uploadId, bucket, keyBytes(key));
        return row && outcomeOfRow(row);
      },
      forgetOutcomes: ({ endedBeforeMs, limit }) => Number(forget.run(endedBeforeMs, limit).changes),
    },
  };
}

function columnsOf(outcome: UploadOutcome): readonly (number | string | null)[] {
  if (outcome.type === "aborted") {
    return [null, null, null, null, null, null, null, null];
  }
  const { versionId, generation, sizeBytes, etag, md5, crc64, attributes } = outcome.object;
  const sums = [etag, md5 ?? null, String(crc64)] as const;
  return [outcome.fingerprint ?? null, versionId, generation, sizeBytes, ...sums, JSON.stringify(attributes)];
}

function outcomeOfRow(row: Row): UploadOutcome {
  const endedAtMs = Number(row.ended_at);
  if (row.type === "aborted") {
    return { type: "aborted", endedAtMs };
  }
  const object = objectOf({ ...row, type: "Multipart", modified_at: endedAtMs });
  const fingerprint = row.fingerprint === null ? {} : { fingerprint: text(row.fingerprint) };
  return { type: "completed", object, endedAtMs, ...fingerprint };
}

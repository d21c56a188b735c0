// Open uploads and their parts.
import type { DatabaseSync } from "node:sqlite";
import { planCompletion } from "../../plan-completion.ts";
import type { UploadId } from "../../records.ts";
import { uploadMissing } from "../../refusals.ts";
import { keyBytes } from "../key-bytes.ts";
import type { SynchronousOperations } from "../metadata-messages.ts";
import { type Row, uploadOf } from "../rows.ts";
import type { Contents } from "./contents.ts";
import type { Counters } from "./counters.ts";
import type { ObjectStatements } from "./object-statements.ts";
import type { Owners } from "./owners.ts";

type Operations = Pick<
  SynchronousOperations,
  "createUpload" | "getUpload" | "putPart" | "listParts" | "completeUpload" | "abortUpload"
>;

export interface UploadParts {
  readonly contents: Contents;
  readonly counters: Counters;
  readonly objects: ObjectStatements;
  readonly owners: Owners;
  readonly assertBucket: (name: string) => void;
}

export function uploadStatements(database: DatabaseSync, parts: UploadParts): Operations {
  const { contents, counters, objects, owners, assertBucket } = parts;
  const select = database.prepare("SELECT * FROM upload WHERE bucket = ? AND key = ? AND upload_id = ?");
  const insert = database.prepare("INSERT INTO upload VALUES (?, ?, ?, ?, ?, ?)");
  const remove = database.prepare("DELETE FROM upload WHERE bucket = ? AND key = ? AND upload_id = ?");

  function find({ bucket, key, uploadId }: UploadId): Row | undefined {
    return select.get(bucket, keyBytes(key), uploadId);
  }

  function assertOpen(upload: UploadId): Row {
    const row = find(upload);
    if (row === undefined) {
      throw uploadMissing(upload);
    }
    return row;
  }

  return {
    createUpload: (upload, { forbidOverwrite }) => {
      const { bucket, key, uploadId, attributes, initiatedAtMs } = upload;
      assertBucket(bucket);
      if (forbidOverwrite) {
        objects.assertAbsent(bucket, key);
      }
      const contentId = counters.next("content");
      insert.run(bucket, keyBytes(key), uploadId, contentId, JSON.stringify(attributes), initiatedAtMs);
    },
    getUpload: (upload) => {
      const row = find(upload);
      return row && uploadOf(row);
    },
    putPart: (upload, part) => {
      owners.assertUnowned([part]);
      const row = find(upload);
      if (row === undefined) {
        contents.discard([part]);
        throw uploadMissing(upload);
      }
      contents.putPart(Number(row.content_id), part);
    },
    listParts: (upload, { afterPartNumber, limit }) => {
      const contentId = Number(assertOpen(upload).content_id);
      const found = contents.partsAfter(contentId, afterPartNumber, limit + 1);
      return { parts: found.slice(0, limit), isTruncated: found.length > limit };
    },
    completeUpload: (completion) => {
      const { upload, etag, completedAtMs } = completion;
      const row = assertOpen(upload);
      const contentId = Number(row.content_id);
      const { dropped, sizeBytes, crc64 } = planCompletion(contents.parts(contentId), completion);
      if (completion.forbidOverwrite) {
        objects.assertAbsent(upload.bucket, upload.key);
      }
      for (const part of dropped) {
        contents.dropPart(contentId, part);
      }
      remove.run(upload.bucket, keyBytes(upload.key), upload.uploadId);
      const { bucket, key, attributes } = uploadOf(row);
      return objects.publish(
        { bucket, key, attributes, sizeBytes, crc64, etag, type: "Multipart", modifiedAtMs: completedAtMs },
        contentId,
      );
    },
    abortUpload: (upload) => {
      contents.drop(Number(assertOpen(upload).content_id));
      remove.run(upload.bucket, keyBytes(upload.key), upload.uploadId);
    },
  };
}

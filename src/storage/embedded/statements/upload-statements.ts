// Open uploads and their parts.
import type { DatabaseSync } from "node:sqlite";
import { changedAttributes } from "../../apply-changes.ts";
import { assertInSequence } from "../../assert-in-sequence.ts";
import type { BlobId } from "../../blob-store.ts";
import { planCompletion } from "../../plan-completion.ts";
import type { PartRecord, UploadId } from "../../records.ts";
import { uploadMissing } from "../../refusals.ts";
import { keyBytes } from "../key-bytes.ts";
import type { SynchronousOperations } from "../metadata-messages.ts";
import { type Row, uploadOf } from "../rows.ts";
import type { Contents } from "./contents.ts";
import type { Counters } from "./counters.ts";
import type { ObjectStatements } from "./object-statements.ts";
import type { Owners } from "./owners.ts";
import type { Versions } from "./versions.ts";

type Operations = Pick<
  SynchronousOperations,
  "createUpload" | "getUpload" | "putPart" | "listParts" | "completeUpload" | "abortUpload"
>;

export interface UploadParts {
  readonly contents: Contents;
  readonly counters: Counters;
  readonly objects: ObjectStatements;
  readonly owners: Owners;
  readonly versions: Versions;
}

export function uploadStatements(database: DatabaseSync, parts: UploadParts): Operations {
  const { contents, counters, objects, owners, versions } = parts;
  const select = database.prepare("SELECT * FROM upload WHERE bucket = ? AND key = ? AND upload_id = ?");
  const insert = database.prepare("INSERT INTO upload VALUES (?, ?, ?, ?, ?, ?, ?)");
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

  /** @returns the content of the upload @throws {StorageError} upload-missing, part-not-sequential */
  function assertTakesPart(upload: UploadId, { partNumber }: PartRecord, follows?: BlobId): number {
    const row = assertOpen(upload);
    const contentId = Number(row.content_id);
    if (row.is_sequential === 1) {
      const lastPartNumber = contents.lastPartNumber(contentId);
      const blobBefore = contents.blobOfPart(contentId, partNumber - 1);
      assertInSequence({ upload, partNumber, lastPartNumber, blobBefore, follows });
    }
    return contentId;
  }

  return {
    createUpload: (upload, { forbidOverwrite }) => {
      const { bucket, key, uploadId, attributes, initiatedAtMs, isSequential } = upload;
      objects.assertWritable(upload, { forbidOverwrite });
      const contentId = counters.next("content");
      const facts = [contentId, JSON.stringify(attributes), initiatedAtMs, isSequential ? 1 : 0] as const;
      insert.run(bucket, keyBytes(key), uploadId, ...facts);
    },
    getUpload: (upload) => {
      const row = find(upload);
      return row && uploadOf(row);
    },
    putPart: (upload, part, follows) => {
      const contentId = owners.orDiscard([part], () => assertTakesPart(upload, part, follows));
      contents.putPart(contentId, part);
    },
    listParts: (upload, { afterPartNumber, limit }) => {
      const contentId = Number(assertOpen(upload).content_id);
      const found = contents.partsAfter(contentId, afterPartNumber, limit + 1);
      return { parts: found.slice(0, limit), isTruncated: found.length > limit };
    },
    completeUpload: (completion) => {
      const { upload, etag, completedAtMs, md5, acl } = completion;
      const row = assertOpen(upload);
      const contentId = Number(row.content_id);
      const { dropped, sizeBytes, crc64 } = planCompletion(contents.parts(contentId), completion);
      const versioning = objects.assertWritable(upload, completion);
      for (const part of dropped) {
        contents.dropPart(contentId, part);
      }
      remove.run(upload.bucket, keyBytes(upload.key), upload.uploadId);
      const { bucket, key, attributes } = uploadOf(row);
      return versions.publish(
        {
          ...{ bucket, key, sizeBytes, crc64, etag, type: "Multipart", modifiedAtMs: completedAtMs },
          ...(md5 === undefined ? {} : { md5 }),
          attributes: changedAttributes(attributes, acl === undefined ? {} : { acl }),
        },
        contentId,
        versioning,
      );
    },
    abortUpload: (upload) => {
      contents.drop(Number(assertOpen(upload).content_id));
      remove.run(upload.bucket, keyBytes(upload.key), upload.uploadId);
    },
  };
}

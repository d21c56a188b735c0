// Open uploads and their parts.
import type { DatabaseSync } from "node:sqlite";
import type { PlannedPart } from "../../plan-completion.ts";
import type { UploadId } from "../../records.ts";
import {
  abort,
  asOpen,
  complete,
  initiate,
  type OpenUploadState,
  outcomeOf,
  takePart,
} from "../../upload-transitions.ts";
import { keyBytes } from "../key-bytes.ts";
import type { SynchronousOperations } from "../metadata-messages.ts";
import { unpackCompletion } from "../packed-completion.ts";
import { uploadOf } from "../rows.ts";
import type { CallClock, Contents } from "./contents.ts";
import type { Counters } from "./counters.ts";
import type { ObjectStatements } from "./object-statements.ts";
import type { Outcomes } from "./outcomes.ts";
import type { Owners } from "./owners.ts";
import { prepareMeasurement } from "./upload-measurement.ts";
import type { Versions } from "./versions.ts";

type Operations = Pick<
  SynchronousOperations,
  "createUpload" | "getUpload" | "putPart" | "listParts" | "completeUpload" | "abortUpload" | "measureUploads"
>;

export interface UploadParts {
  readonly clock: CallClock;
  readonly contents: Contents;
  readonly counters: Counters;
  readonly objects: ObjectStatements;
  readonly outcomes: Outcomes;
  readonly owners: Owners;
  readonly versions: Versions;
}

interface StoredUpload extends OpenUploadState<PlannedPart> {
  readonly contentId: number;
}

export function uploadStatements(database: DatabaseSync, parts: UploadParts): Operations {
  const { clock, contents, counters, objects, outcomes, owners, versions } = parts;
  const select = database.prepare("SELECT * FROM upload WHERE bucket = ? AND key = ? AND upload_id = ?");
  const insert = database.prepare("INSERT INTO upload VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const remove = database.prepare("DELETE FROM upload WHERE bucket = ? AND key = ? AND upload_id = ?");
  const countOpen = database.prepare("SELECT open_count FROM upload_holder WHERE holder = ?");
  const updateHeld = database.prepare(
    "UPDATE upload SET part_count = ?, held_bytes = ? WHERE bucket = ? AND key = ? AND upload_id = ?",
  );

  function find({ bucket, key, uploadId }: UploadId): StoredUpload | undefined {
    const row = select.get(bucket, keyBytes(key), uploadId);
    if (row === undefined) {
      return undefined;
    }
    const contentId = Number(row.content_id);
    return {
      contentId,
      isSequential: row.is_sequential === 1,
      record: () => uploadOf(row),
      held: { partCount: Number(row.part_count), heldBytes: Number(row.held_bytes) },
      parts: () => contents.parts(contentId),
      part: (partNumber) => contents.part(contentId, partNumber),
      lastPartNumber: () => contents.lastPartNumber(contentId),
    };
  }

  function forget({ bucket, key, uploadId }: UploadId): void {
    remove.run(bucket, keyBytes(key), uploadId);
  }

  return {
    createUpload: (upload, options) => {
      const { bucket, key, uploadId, attributes, initiatedAtMs, isSequential, holder = null } = upload;
      const openCount = () => Number(countOpen.get(holder)?.open_count ?? 0);
      const { partCount, heldBytes } = initiate(
        upload,
        { target: objects.target(upload), openCount },
        options,
      );
      const contentId = counters.next("content");
      const facts = [contentId, JSON.stringify(attributes), initiatedAtMs, isSequential ? 1 : 0] as const;
      insert.run(bucket, keyBytes(key), uploadId, ...facts, partCount, heldBytes, holder);
    },
    getUpload: (upload) => find(upload)?.record(),
    putPart: (upload, part, follows) => {
      const open = find(upload);
      const request = { upload, part, ...(follows === undefined ? {} : { follows }) };
      const { replaced, held } = owners.orDiscard([part], () => takePart(open, request));
      const { contentId } = asOpen(open, upload);
      if (replaced !== undefined) {
        contents.dropPart(contentId, part);
      }
      contents.addPart(contentId, part);
      updateHeld.run(held.partCount, held.heldBytes, upload.bucket, keyBytes(upload.key), upload.uploadId);
    },
    listParts: (upload, { afterPartNumber, limit }) => {
      const { contentId } = asOpen(find(upload), upload);
      const found = contents.partsAfter(contentId, afterPartNumber, limit + 1);
      return { parts: found.slice(0, limit), isTruncated: found.length > limit };
    },
    completeUpload: (packed) => {
      const completion = unpackCompletion(packed);
      const { upload } = completion;
      const open = find(upload);
      const { object, published: parts, dropped } = complete(open, () => objects.target(upload), completion);
      const { contentId } = asOpen(open, upload);
      for (const part of dropped) {
        contents.dropPart(contentId, part);
      }
      contents.finish(contentId, parts);
      forget(upload);
      const published = versions.publish(object, contentId, objects.target(upload).versioning);
      outcomes.add(upload, outcomeOf(published, completion));
      return published;
    },
    abortUpload: (upload) => {
      const open = find(upload);
      const outcome = abort(open, upload, clock.nowMs);
      contents.drop(asOpen(open, upload).contentId);
      forget(upload);
      outcomes.add(upload, outcome);
    },
    measureUploads: prepareMeasurement(database),
  };
}

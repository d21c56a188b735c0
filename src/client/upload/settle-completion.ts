// The end of an upload in parts whose CompleteMultipartUpload had not the expected answer: what has become of it.
import { present } from "../../protocol/fields/present.ts";
import { ClientError } from "../client-error.ts";
import { complete, UploadGoneError } from "./complete-parts.ts";
import { isGone } from "./is-gone.ts";
import { listAllParts } from "./list-open-uploads.ts";
import { findObjectOf } from "./resume-upload.ts";
import type { JournaledPart } from "./upload-journal.ts";
import type { CompletedUpload, CompletionTask } from "./upload-recovery.ts";

/**
 * @param error  NoSuchUpload, InvalidPart or checksum-mismatch
 * @throws {UploadGoneError}
 * @throws what `completeParts` throws
 */
export async function settleCompletion(task: CompletionTask, error: unknown): Promise<CompletedUpload> {
  const { bucket, key, parts, continued, signal, statistics } = task;
  if (isGone(error)) {
    // Another process may have gone on with the same upload and completed it.
    const object = await findObjectOf(bucket, key, parts, signal);
    if (object === undefined) {
      throw new UploadGoneError("the upload is gone", { cause: error });
    }
    return present({ etag: object.etag, versionId: object.versionId, isConfirmed: true });
  }
  if (error instanceof ClientError) {
    throw await locateMismatch(task, error);
  }
  if (statistics.duplicateCount > 0) {
    return complete(task, await asListed(task));
  }
  if (continued?.uploadId === task.uploadId && continued.kept.length > 0) {
    // Which of them it is, a service need not tell one who may only write. They are sent again, all of them, to another.
    throw new UploadGoneError("an earlier run's part is not there any more, or is another", { cause: error });
  }
  throw error;
}

// Where an ETag is not made of the content alone, a part that was sent twice has that of the sending that came last,
// which need not be the one whose answer was first.
async function asListed({
  bucket,
  key,
  uploadId,
  parts,
  signal,
}: CompletionTask): Promise<readonly JournaledPart[]> {
  const listed = await listAllParts(bucket, key, uploadId, signal);
  const byNumber = new Map(listed?.map((part) => [part.partNumber, part]));
  return parts.map((part) => {
    const there = byNumber.get(part.partNumber);
    const isSame =
      there?.sizeBytes === part.sizeBytes && (there.crc64 === undefined || there.crc64 === part.crc64);
    return isSame ? { ...part, etag: there.etag } : part;
  });
}

/** The service's sum of the whole says that something differs; the bytes say what. */
async function locateMismatch(task: CompletionTask, mismatch: ClientError): Promise<unknown> {
  if (task.readBack === undefined) {
    return mismatch;
  }
  try {
    await task.readBack(task, task.parts, undefined, task.signal);
  } catch (error) {
    return error;
  }
  return new ClientError(
    "checksum-mismatch",
    `${mismatch.message}; but read back, every byte is as it was sent: the service's own sum is wrong. Nothing was deleted`,
    { cause: mismatch, requestId: mismatch.requestId },
  );
}

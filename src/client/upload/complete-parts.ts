// The end of an upload in parts: one CompleteMultipartUpload, and what to do when its answer is not the expected one.
import { ServiceError } from "../../protocol/errors/service-error.ts";
import { present } from "../../protocol/fields/present.ts";
import { ClientError } from "../client-error.ts";
import { listAllParts } from "./list-open-uploads.ts";
import { findObjectOf, isGone } from "./resume-upload.ts";
import type { JournaledPart } from "./upload-journal.ts";
import type { RunningStatistics } from "./upload-statistics.ts";
import type { UploadTask } from "./upload-task.ts";

export interface CompletedUpload {
  readonly etag: string;
  readonly versionId?: string;
}

/** The service has no such upload, and no object that would be its outcome. */
export class UploadGoneError extends Error {
  override readonly name = "UploadGoneError";
}

export interface CompletionTask extends UploadTask {
  readonly uploadId: string;
  readonly parts: readonly JournaledPart[];
  readonly signal: AbortSignal;
  readonly statistics: RunningStatistics;
}

/**
 * @throws {UploadGoneError}
 * @throws {ClientError} checksum-mismatch if the object, which then exists, is not what was sent
 */
export async function completeParts(task: CompletionTask): Promise<CompletedUpload> {
  const { bucket, key, parts, signal, statistics } = task;
  try {
    return await complete(task, parts);
  } catch (error) {
    signal.throwIfAborted();
    if (isGone(error)) {
      // Another process may have gone on with the same upload and completed it.
      const object = await findObjectOf(bucket, key, parts, signal);
      if (object === undefined) {
        throw new UploadGoneError("the upload is gone", { cause: error });
      }
      return present({ etag: object.etag, versionId: object.versionId });
    }
    if (isInvalidPart(error) && statistics.duplicateCount > 0) {
      return complete(task, await asListed(task));
    }
    if (error instanceof ClientError && error.code === "checksum-mismatch") {
      throw await locateMismatch(task, error);
    }
    throw error;
  }
}

function complete(task: CompletionTask, parts: readonly JournaledPart[]): Promise<CompletedUpload> {
  const { bucket, key, uploadId, options, signal } = task;
  const { forbidOverwrite, objectAcl, verify } = options;
  // What is not said about the parts is not compared with the whole.
  const named = verify === "none" ? parts.map(({ partNumber, etag }) => ({ partNumber, etag })) : parts;
  return bucket.completeMultipartUpload(key, uploadId, named, {
    ...present({ forbidOverwrite, objectAcl }),
    signal,
  });
}

function isInvalidPart(error: unknown): boolean {
  return error instanceof ServiceError && error.code === "InvalidPart";
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

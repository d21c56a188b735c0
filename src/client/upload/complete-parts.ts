// The end of an upload in parts: one CompleteMultipartUpload, and what to do when its answer is not the expected one.
import { ServiceError } from "../../protocol/errors/service-error.ts";
import { present } from "../../protocol/fields/present.ts";
import { ClientError } from "../client-error.ts";
import type { JournaledPart } from "./upload-journal.ts";
import type { CompletedUpload, CompletionTask, RecoverableTask } from "./upload-recovery.ts";

/** The service has no such upload, and no object that would be its outcome. */
export class UploadGoneError extends Error {
  override readonly name = "UploadGoneError";
}

/**
 * @throws {UploadGoneError}
 * @throws {ClientError} checksum-mismatch if the object, which then exists, is not what was sent
 */
export async function completeParts(task: CompletionTask & RecoverableTask): Promise<CompletedUpload> {
  try {
    return await complete(task, task.parts);
  } catch (error) {
    task.signal.throwIfAborted();
    if (!isTelling(error)) {
      throw error;
    }
    const { settleCompletion } = await task.loadRecovery().catch(() => {
      throw error;
    });
    return settleCompletion(task, error);
  }
}

export async function complete(
  task: CompletionTask,
  parts: readonly JournaledPart[],
): Promise<CompletedUpload> {
  const { bucket, key, uploadId, options, signal } = task;
  const { forbidOverwrite, objectAcl, verify } = options;
  // What is not said about the parts is not compared with the whole.
  const named = verify === "none" ? parts.map(({ partNumber, etag }) => ({ partNumber, etag })) : parts;
  const { etag, versionId, crc64 } = await bucket.completeMultipartUpload(key, uploadId, named, {
    ...present({ forbidOverwrite, objectAcl }),
    signal,
  });
  return present({ etag, versionId, isConfirmed: verify !== "none" && crc64 !== undefined });
}

/** Whether it tells something of the upload or its object, so that there may be more to it than a failure. */
function isTelling(error: unknown): boolean {
  return error instanceof ServiceError
    ? error.code === "NoSuchUpload" || error.code === "InvalidPart"
    : error instanceof ClientError && error.code === "checksum-mismatch";
}

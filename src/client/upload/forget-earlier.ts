// The user gave an upload up before it had gone on: what earlier runs sent of it goes, too.
import { CLEAN_UP_MAX_MS, tellPartsLeft } from "./clean-up.ts";
import { isGone } from "./is-gone.ts";
import type { UploadCheckpoint } from "./upload-checkpoint.ts";
import type { UploadTask } from "./upload-task.ts";

/** @returns the id of the upload whose parts could not be removed, which is told; undefined if nothing is left */
export async function forgetEarlier(
  task: UploadTask & { readonly checkpoint: UploadCheckpoint | undefined },
): Promise<string | undefined> {
  const { bucket, key, checkpoint, reporter } = task;
  if (checkpoint?.earlier === undefined) {
    return undefined;
  }
  const { uploadId } = checkpoint.earlier.header;
  reporter.progress.enter("aborting", { uploadId });
  try {
    await bucket.abortMultipartUpload(key, uploadId, { signal: AbortSignal.timeout(CLEAN_UP_MAX_MS) });
  } catch (error) {
    if (!isGone(error)) {
      // The journal stays, so that a later run can still find the parts.
      tellPartsLeft(task, uploadId, error);
      reporter.progress.enter("failed", { uploadId, arePartsLeft: true });
      return uploadId;
    }
  }
  await checkpoint.remove();
  reporter.progress.enter("failed", { uploadId, arePartsLeft: false });
  return undefined;
}

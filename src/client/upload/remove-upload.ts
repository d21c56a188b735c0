// The end of an upload whose parts are not to be kept.
import { isGone } from "./resume-upload.ts";
import type { UploadTask } from "./upload-task.ts";

/** How long an upload that has ended may take to remove its parts before it reports them as left. */
const CLEAN_UP_MAX_MS = 10_000;

/**
 * Removes the parts of an upload. Where that cannot be done it is told: the upload's own error is what the user must see.
 *
 * @returns whether they are gone
 */
export async function removeUpload(
  { bucket, key, reporter }: Pick<UploadTask, "bucket" | "key" | "reporter">,
  uploadId: string,
): Promise<boolean> {
  try {
    await bucket.abortMultipartUpload(key, uploadId, { signal: AbortSignal.timeout(CLEAN_UP_MAX_MS) });
    return true;
  } catch (error) {
    if (isGone(error)) {
      return true;
    }
    const why = error instanceof Error ? error.message : String(error);
    const message = `the parts of upload ${uploadId} of ${key} could not be removed: ${why}`;
    reporter.tell({ type: "warning", code: "parts-left", message });
    return false;
  }
}

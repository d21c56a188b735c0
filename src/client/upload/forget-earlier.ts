// The user gave an upload up before it had gone on: what earlier runs sent of it goes, too.
import { CLEAN_UP_MAX_MS } from "./clean-up.ts";
import { isGone } from "./is-gone.ts";
import type { UploadCheckpoint } from "./upload-checkpoint.ts";
import type { UploadTask } from "./upload-task.ts";

export async function forgetEarlier({
  bucket,
  key,
  checkpoint,
}: UploadTask & { readonly checkpoint: UploadCheckpoint | undefined }): Promise<void> {
  if (checkpoint?.earlier === undefined) {
    return;
  }
  try {
    const signal = AbortSignal.timeout(CLEAN_UP_MAX_MS);
    await bucket.abortMultipartUpload(key, checkpoint.earlier.header.uploadId, { signal });
  } catch (error) {
    if (!isGone(error)) {
      // The journal stays, so that a later run can still find the parts.
      return;
    }
  }
  await checkpoint.remove();
}

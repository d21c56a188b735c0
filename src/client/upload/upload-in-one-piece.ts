// A small source needs one request.
import { present } from "../../protocol/fields/present.ts";
import type { RequestBody } from "../request-body.ts";
import { sourceBody } from "./source-body.ts";
import { ProgressReporter } from "./upload-progress.ts";
import type { UploadResult, UploadTask } from "./upload-task.ts";

const ONLY_PART = 1;

export async function uploadInOnePiece(task: UploadTask): Promise<UploadResult> {
  const { bucket, key, source, options } = task;
  const { sizeBytes } = source;
  const progress = new ProgressReporter({ totalBytes: sizeBytes, partCount: 1 }, options.onProgress);
  progress.enter("uploading");
  progress.partStarted(ONLY_PART);
  const { objectHeaders, forbidOverwrite, signal } = options;
  try {
    const { etag, crc64 } = await bucket.putObject(key, checkedBody(task), {
      ...present({ objectHeaders, forbidOverwrite }),
      signal,
      onSent: (sentBytes) => progress.partSent(ONLY_PART, sentBytes),
    });
    progress.partDone(ONLY_PART, sizeBytes);
    progress.enter("done");
    return {
      bucket: bucket.name,
      key,
      etag,
      crc64,
      sizeBytes,
      method: "put",
      partSizeBytes: sizeBytes,
      partCount: 1,
    };
  } catch (error) {
    progress.partFailed(ONLY_PART);
    progress.enter("failed");
    throw error;
  }
}

// The object appears with its last byte, so the source is looked at before that byte goes.
function checkedBody({ source, pool }: UploadTask): RequestBody {
  const { sizeBytes } = source;
  const body = sourceBody({ source, start: 0, end: sizeBytes, pool });
  return {
    sizeBytes,
    async *chunks() {
      let position = 0;
      for await (const chunk of body.chunks()) {
        position += chunk.byteLength;
        if (position === sizeBytes) {
          await source.assertUnchanged();
        }
        yield chunk;
      }
      if (sizeBytes === 0) {
        await source.assertUnchanged();
      }
    },
  };
}

// AbortMultipartUpload. Sent twice, the second request fails with NoSuchUpload; after a lost answer that is a success.
import {
  type AbortMultipartUploadInput,
  abortMultipartUploadCall,
} from "../../protocol/operations/abort-multipart-upload.ts";
import { type Caller, call } from "../call.ts";
import { isGone } from "./is-gone.ts";

export async function abortUpload(
  caller: Caller,
  input: AbortMultipartUploadInput,
  signal: AbortSignal | undefined,
): Promise<void> {
  let failedAttemptCount = 0;
  const onFailedAttempt = () => {
    failedAttemptCount += 1;
  };
  try {
    await call(caller, abortMultipartUploadCall, input, { signal, onFailedAttempt });
  } catch (error) {
    if (!(isGone(error) && failedAttemptCount > 1)) {
      throw error;
    }
  }
}

// Opens an upload. An object that stands under the key stays as it is until the upload is completed.
import type { initiateMultipartUpload } from "../../protocol/operations/initiate-multipart-upload.ts";
import type { Handler } from "../handler.ts";
import { attributesOf, encryptionOutput } from "../object-attributes.ts";
import { requireBucket } from "../require-resources.ts";

export const handleInitiateMultipartUpload: Handler<typeof initiateMultipartUpload> = async (
  input,
  context,
) => {
  const { bucket, key, encodingType, forbidOverwrite = false, sequential: isSequential = false } = input;
  const uploadId = context.newUploadId();
  const attributes = attributesOf(input, await requireBucket(bucket, context), context);
  await context.store.metadata.createUpload(
    { bucket, key, uploadId, attributes, initiatedAtMs: context.now(), isSequential, holder: context.holder },
    { forbidOverwrite, openCountMax: context.openUploadCountMax },
  );
  const output = { bucket, key, uploadId, ...encryptionOutput(attributes) };
  return { output: encodingType ? { ...output, encodingType } : output };
};

// Opens an upload. An object that stands under the key stays as it is until the upload is completed.
import { ServiceError } from "../../protocol/errors/service-error.ts";
import type { initiateMultipartUpload } from "../../protocol/operations/initiate-multipart-upload.ts";
import type { Handler } from "../handler.ts";
import { attributesOf } from "../object-attributes.ts";
import { requireBucket } from "../require-resources.ts";

export const handleInitiateMultipartUpload: Handler<typeof initiateMultipartUpload> = async (
  input,
  context,
) => {
  const { bucket, key, encodingType, forbidOverwrite = false } = input;
  if (input.sequential) {
    throw new ServiceError("NotImplemented", { fields: { Header: "sequential" } });
  }
  const uploadId = context.newUploadId();
  const attributes = attributesOf(input, await requireBucket(bucket, context));
  await context.store.metadata.createUpload(
    { bucket, key, uploadId, attributes, initiatedAtMs: context.now(), isSequential: false },
    { forbidOverwrite },
  );
  return { output: { bucket, key, uploadId, ...(encodingType ? { encodingType } : {}) } };
};

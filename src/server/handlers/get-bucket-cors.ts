import { serviceError } from "../../protocol/errors/known-error.ts";
import type { getBucketCors } from "../../protocol/operations/get-bucket-cors.ts";
import { corsConfigurationOf } from "../cors/cross-origin.ts";
import type { Handler } from "../handler.ts";
import { requireBucket } from "../require-resources.ts";

export const handleGetBucketCors: Handler<typeof getBucketCors> = async ({ bucket }, context) => {
  const configuration = corsConfigurationOf(await requireBucket(bucket, context));
  if (configuration === undefined) {
    throw serviceError("NoSuchCORSConfiguration", { fields: { BucketName: bucket } });
  }
  return { output: { configuration } };
};

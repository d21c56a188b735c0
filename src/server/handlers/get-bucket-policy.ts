import { serviceError } from "../../protocol/errors/known-error.ts";
import type { getBucketPolicy } from "../../protocol/operations/get-bucket-policy.ts";
import { configurationOf } from "../bucket-configurations.ts";
import type { Handler } from "../handler.ts";
import { requireBucket } from "../require-resources.ts";

export const handleGetBucketPolicy: Handler<typeof getBucketPolicy> = async ({ bucket }, context) => {
  const policy = configurationOf(await requireBucket(bucket, context), "policy");
  if (policy === undefined) {
    throw serviceError("NoSuchBucketPolicy", { fields: { BucketName: bucket } });
  }
  return { output: { policy } };
};

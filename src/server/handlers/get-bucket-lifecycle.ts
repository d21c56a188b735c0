import { serviceError } from "../../protocol/errors/known-error.ts";
import type { getBucketLifecycle } from "../../protocol/operations/get-bucket-lifecycle.ts";
import type { Handler } from "../handler.ts";
import { lifecycleRulesOf } from "../lifecycle/stored-lifecycle.ts";
import { requireBucket } from "../require-resources.ts";

export const handleGetBucketLifecycle: Handler<typeof getBucketLifecycle> = async ({ bucket }, context) => {
  const rules = lifecycleRulesOf(await requireBucket(bucket, context));
  if (rules.length === 0) {
    throw serviceError("NoSuchLifecycle", { fields: { BucketName: bucket } });
  }
  return { output: { rules } };
};

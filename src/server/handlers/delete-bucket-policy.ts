import type { deleteBucketPolicy } from "../../protocol/operations/delete-bucket-policy.ts";
import { removeConfiguration } from "../bucket-configurations.ts";
import type { Handler } from "../handler.ts";

export const handleDeleteBucketPolicy: Handler<typeof deleteBucketPolicy> = async ({ bucket }, context) => {
  await removeConfiguration(bucket, "policy", context);
  return { output: {} };
};

import type { getBucketTags } from "../../protocol/operations/get-bucket-tags.ts";
import { configurationOf } from "../bucket-configurations.ts";
import type { Handler } from "../handler.ts";
import { requireBucket } from "../require-resources.ts";

export const handleGetBucketTags: Handler<typeof getBucketTags> = async ({ bucket }, context) => {
  const record = await requireBucket(bucket, context);
  return { output: { tags: configurationOf(record, "tags") ?? {} } };
};

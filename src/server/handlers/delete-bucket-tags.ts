import type { deleteBucketTags } from "../../protocol/operations/delete-bucket-tags.ts";
import { configurationOf, removeConfiguration, storeConfiguration } from "../bucket-configurations.ts";
import type { Handler } from "../handler.ts";
import { requireBucket } from "../require-resources.ts";

export const handleDeleteBucketTags: Handler<typeof deleteBucketTags> = async ({ bucket, keys }, context) => {
  const tags = configurationOf(await requireBucket(bucket, context), "tags") ?? {};
  const kept = Object.entries(tags).filter(([key]) => keys !== undefined && !keys.includes(key));
  if (kept.length === 0) {
    await removeConfiguration(bucket, "tags", context);
  } else {
    await storeConfiguration(bucket, "tags", Object.fromEntries(kept), context);
  }
  return { output: {} };
};

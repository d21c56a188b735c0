import type { putBucketTags } from "../../protocol/operations/put-bucket-tags.ts";
import { storeConfiguration } from "../bucket-configurations.ts";
import type { Handler } from "../handler.ts";

export const handlePutBucketTags: Handler<typeof putBucketTags> = async ({ bucket, tags }, context) => {
  await storeConfiguration(bucket, "tags", tags, context);
  return { output: {} };
};

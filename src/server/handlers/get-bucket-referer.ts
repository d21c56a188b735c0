import { NO_REFERER_CONFIGURATION } from "../../protocol/fields/referer-configuration.ts";
import type { getBucketReferer } from "../../protocol/operations/get-bucket-referer.ts";
import { configurationOf } from "../bucket-configurations.ts";
import type { Handler } from "../handler.ts";
import { requireBucket } from "../require-resources.ts";

export const handleGetBucketReferer: Handler<typeof getBucketReferer> = async ({ bucket }, context) => {
  const record = await requireBucket(bucket, context);
  return { output: configurationOf(record, "referer") ?? NO_REFERER_CONFIGURATION };
};

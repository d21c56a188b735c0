import type { getBucketLocation } from "../../protocol/operations/get-bucket-location.ts";
import { locationOf } from "../bucket-summary-of.ts";
import type { Handler } from "../handler.ts";
import { requireBucket } from "../require-resources.ts";

export const handleGetBucketLocation: Handler<typeof getBucketLocation> = async ({ bucket }, context) => {
  await requireBucket(bucket, context);
  return { output: { location: locationOf(context.region) } };
};

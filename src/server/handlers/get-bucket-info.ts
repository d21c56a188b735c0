import type { getBucketInfo } from "../../protocol/operations/get-bucket-info.ts";
import { bucketSummaryOf } from "../bucket-summary-of.ts";
import type { Handler } from "../handler.ts";
import { requireBucket } from "../require-resources.ts";

export const handleGetBucketInfo: Handler<typeof getBucketInfo> = async ({ bucket }, context) => {
  const record = await requireBucket(bucket, context);
  return { output: { ...bucketSummaryOf(record, context), owner: context.owner, acl: record.acl } };
};

import type { getBucketPublicAccessBlock } from "../../protocol/operations/get-bucket-public-access-block.ts";
import type { Handler } from "../handler.ts";
import { isPublicAccessBlocked } from "../public-access/public-access-block.ts";
import { requireBucket } from "../require-resources.ts";

export const handleGetBucketPublicAccessBlock: Handler<typeof getBucketPublicAccessBlock> = async (
  { bucket },
  context,
) => {
  const record = await requireBucket(bucket, context);
  return { output: { blockPublicAccess: isPublicAccessBlocked(record) } };
};

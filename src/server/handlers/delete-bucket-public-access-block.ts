import type { deleteBucketPublicAccessBlock } from "../../protocol/operations/delete-bucket-public-access-block.ts";
import { removeConfiguration } from "../bucket-configurations.ts";
import type { Handler } from "../handler.ts";

export const handleDeleteBucketPublicAccessBlock: Handler<typeof deleteBucketPublicAccessBlock> = async (
  { bucket },
  context,
) => {
  await removeConfiguration(bucket, "publicAccessBlock", context);
  return { output: {} };
};

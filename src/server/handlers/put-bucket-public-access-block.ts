import type { putBucketPublicAccessBlock } from "../../protocol/operations/put-bucket-public-access-block.ts";
import { storeConfiguration } from "../bucket-configurations.ts";
import type { Handler } from "../handler.ts";

export const handlePutBucketPublicAccessBlock: Handler<typeof putBucketPublicAccessBlock> = async (
  { bucket, blockPublicAccess },
  context,
) => {
  await storeConfiguration(bucket, "publicAccessBlock", { blockPublicAccess }, context);
  return { output: {} };
};

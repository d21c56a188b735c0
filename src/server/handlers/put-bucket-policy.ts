// Kept for the clients that write and read policies; nothing here evaluates one.
import type { putBucketPolicy } from "../../protocol/operations/put-bucket-policy.ts";
import { storeConfiguration } from "../bucket-configurations.ts";
import type { Handler } from "../handler.ts";

export const handlePutBucketPolicy: Handler<typeof putBucketPolicy> = async ({ bucket, policy }, context) => {
  await storeConfiguration(bucket, "policy", policy, context);
  return { output: {} };
};

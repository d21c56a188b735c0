import type { putBucketEncryption } from "../../protocol/operations/put-bucket-encryption.ts";
import { storeConfiguration } from "../bucket-configurations.ts";
import { assertEncryptionKept } from "../encryption.ts";
import type { Handler } from "../handler.ts";
import { requireBucket } from "../require-resources.ts";

export const handlePutBucketEncryption: Handler<typeof putBucketEncryption> = async (
  { bucket, rule },
  context,
) => {
  await requireBucket(bucket, context);
  assertEncryptionKept(rule.algorithm, context);
  await storeConfiguration(bucket, "encryption", rule, context);
  return { output: {} };
};

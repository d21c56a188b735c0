import { serviceError } from "../../protocol/errors/known-error.ts";
import type { getBucketEncryption } from "../../protocol/operations/get-bucket-encryption.ts";
import { configurationOf } from "../bucket-configurations.ts";
import type { Handler } from "../handler.ts";
import { requireBucket } from "../require-resources.ts";

export const handleGetBucketEncryption: Handler<typeof getBucketEncryption> = async ({ bucket }, context) => {
  const rule = configurationOf(await requireBucket(bucket, context), "encryption");
  if (rule === undefined) {
    throw serviceError("NoSuchServerSideEncryptionRule", { fields: { BucketName: bucket } });
  }
  return { output: rule };
};

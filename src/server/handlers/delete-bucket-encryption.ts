import type { deleteBucketEncryption } from "../../protocol/operations/delete-bucket-encryption.ts";
import { removeConfiguration } from "../bucket-configurations.ts";
import type { Handler } from "../handler.ts";

export const handleDeleteBucketEncryption: Handler<typeof deleteBucketEncryption> = async (
  { bucket },
  context,
) => {
  await removeConfiguration(bucket, "encryption", context);
  return { output: {} };
};

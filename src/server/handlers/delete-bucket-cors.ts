import type { deleteBucketCors } from "../../protocol/operations/delete-bucket-cors.ts";
import { CORS_CONFIGURATION } from "../cors/cross-origin.ts";
import type { Handler } from "../handler.ts";

export const handleDeleteBucketCors: Handler<typeof deleteBucketCors> = async ({ bucket }, { store }) => {
  await store.metadata.updateBucket(bucket, { configurations: { [CORS_CONFIGURATION]: null } });
  return { output: {} };
};

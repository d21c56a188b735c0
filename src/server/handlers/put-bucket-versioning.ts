import type { putBucketVersioning } from "../../protocol/operations/put-bucket-versioning.ts";
import type { Handler } from "../handler.ts";

export const handlePutBucketVersioning: Handler<typeof putBucketVersioning> = async (
  { bucket, status },
  { store },
) => {
  await store.metadata.updateBucket(bucket, { versioning: status });
  return { output: {} };
};

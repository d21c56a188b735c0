import type { deleteBucketLifecycle } from "../../protocol/operations/delete-bucket-lifecycle.ts";
import type { Handler } from "../handler.ts";
import { LIFECYCLE_CONFIGURATION } from "../lifecycle/stored-lifecycle.ts";

export const handleDeleteBucketLifecycle: Handler<typeof deleteBucketLifecycle> = async (
  { bucket },
  { store },
) => {
  await store.metadata.updateBucket(bucket, { configurations: { [LIFECYCLE_CONFIGURATION]: null } });
  return { output: {} };
};

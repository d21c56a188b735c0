// Making a bucket that one already has succeeds, as SDKs' set-up code expects.
import type { putBucket } from "../../protocol/operations/put-bucket.ts";
import type { Handler } from "../handler.ts";

export const handlePutBucket: Handler<typeof putBucket> = async (input, { store, now }) => {
  const { bucket, acl = "private", storageClass = "Standard" } = input;
  await store.metadata.createBucket({ name: bucket, acl, storageClass, createdAtMs: now() });
  return { output: { location: `/${bucket}` } };
};

// Making a bucket that one already has succeeds, as SDKs' set-up code expects. It may change the bucket's ACL, but not
// its storage class.
import type { putBucket } from "../../protocol/operations/put-bucket.ts";
import type { Handler } from "../handler.ts";

export const handlePutBucket: Handler<typeof putBucket> = async (input, { store, now }) => {
  const { bucket, acl } = input;
  const existing = await store.metadata.getBucket(bucket);
  const { storageClass = existing?.storageClass ?? "Standard" } = input;
  const created = await store.metadata.createBucket({
    name: bucket,
    acl: acl ?? "private",
    storageClass,
    dataRedundancyType: input.dataRedundancyType ?? "LRS",
    createdAtMs: now(),
    configurations: {},
  });
  if (acl !== undefined && created.acl !== acl) {
    await store.metadata.updateBucket(bucket, { acl });
  }
  return { output: { location: `/${bucket}` } };
};

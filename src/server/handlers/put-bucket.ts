// Making a bucket that one already has succeeds, as SDKs' set-up code expects. It may change the bucket's ACL and its
// encryption, but not its storage class.
import type { putBucket } from "../../protocol/operations/put-bucket.ts";
import { storeConfiguration } from "../bucket-configurations.ts";
import { assertEncryptionKept } from "../encryption.ts";
import type { Handler } from "../handler.ts";

export const handlePutBucket: Handler<typeof putBucket> = async (input, context) => {
  const { bucket, acl, serverSideEncryption } = input;
  const { store, now } = context;
  if (serverSideEncryption !== undefined) {
    assertEncryptionKept(serverSideEncryption, context);
  }
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
  if (serverSideEncryption !== undefined) {
    await storeConfiguration(bucket, "encryption", { algorithm: serverSideEncryption }, context);
  }
  return { output: { location: `/${bucket}` } };
};

import type { putBucketAcl } from "../../protocol/operations/put-bucket-acl.ts";
import type { Handler } from "../handler.ts";

export const handlePutBucketAcl: Handler<typeof putBucketAcl> = async ({ bucket, acl }, { store }) => {
  await store.metadata.updateBucket(bucket, { acl });
  return { output: {} };
};

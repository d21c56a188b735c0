// Making a bucket that one already has succeeds, as SDKs' set-up code expects.
import { ServiceError } from "../../protocol/errors/service-error.ts";
import type { putBucket } from "../../protocol/operations/put-bucket.ts";
import type { Handler } from "../handler.ts";

export const handlePutBucket: Handler<typeof putBucket> = async (input, { store, now }) => {
  const { bucket, acl = "private", storageClass = "Standard" } = input;
  if (acl !== "private") {
    // Nobody comes in anonymously, so a public bucket would be a promise that is not kept.
    throw new ServiceError("NotImplemented", { fields: { Header: "x-oss-acl" } });
  }
  await store.metadata.createBucket({
    ...{ name: bucket, acl, storageClass, dataRedundancyType: "LRS", createdAtMs: now() },
    configurations: {},
  });
  return { output: { location: `/${bucket}` } };
};

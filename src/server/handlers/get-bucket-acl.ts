import type { getBucketAcl } from "../../protocol/operations/get-bucket-acl.ts";
import type { Handler } from "../handler.ts";
import { requireBucket } from "../require-resources.ts";

export const handleGetBucketAcl: Handler<typeof getBucketAcl> = async ({ bucket }, context) => {
  const { acl } = await requireBucket(bucket, context);
  return { output: { owner: context.owner, grant: acl } };
};

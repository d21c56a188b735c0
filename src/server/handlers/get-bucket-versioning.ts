import type { getBucketVersioning } from "../../protocol/operations/get-bucket-versioning.ts";
import type { Handler } from "../handler.ts";
import { requireBucket } from "../require-resources.ts";

export const handleGetBucketVersioning: Handler<typeof getBucketVersioning> = async ({ bucket }, context) => {
  const { versioning } = await requireBucket(bucket, context);
  return { output: versioning === undefined ? {} : { status: versioning } };
};

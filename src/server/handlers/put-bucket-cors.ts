import type { putBucketCors } from "../../protocol/operations/put-bucket-cors.ts";
import { CORS_CONFIGURATION } from "../cors/cross-origin.ts";
import type { Handler } from "../handler.ts";

export const handlePutBucketCors: Handler<typeof putBucketCors> = async (input, { store }) => {
  const configurations = { [CORS_CONFIGURATION]: JSON.stringify(input.configuration) };
  await store.metadata.updateBucket(input.bucket, { configurations });
  return { output: {} };
};

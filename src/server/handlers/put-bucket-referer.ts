import type { putBucketReferer } from "../../protocol/operations/put-bucket-referer.ts";
import { storeConfiguration } from "../bucket-configurations.ts";
import type { Handler } from "../handler.ts";

export const handlePutBucketReferer: Handler<typeof putBucketReferer> = async (
  { bucket, configuration },
  context,
) => {
  await storeConfiguration(bucket, "referer", configuration, context);
  return { output: {} };
};

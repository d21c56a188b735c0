import type { putBucketLifecycle } from "../../protocol/operations/put-bucket-lifecycle.ts";
import type { Handler } from "../handler.ts";
import { LIFECYCLE_CONFIGURATION } from "../lifecycle/stored-lifecycle.ts";

export const handlePutBucketLifecycle: Handler<typeof putBucketLifecycle> = async (input, context) => {
  const rules = input.rules.map((rule) => ({ id: context.newRuleId(), ...rule }));
  await context.store.metadata.updateBucket(input.bucket, {
    configurations: { [LIFECYCLE_CONFIGURATION]: JSON.stringify(rules) },
  });
  return { output: {} };
};

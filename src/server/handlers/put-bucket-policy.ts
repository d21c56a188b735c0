// A policy that cannot be evaluated is refused: what it forbids would be allowed.
import { invalidPolicy } from "../../protocol/fields/bucket-policy.ts";
import type { putBucketPolicy } from "../../protocol/operations/put-bucket-policy.ts";
import { storeConfiguration } from "../bucket-configurations.ts";
import type { Handler } from "../handler.ts";
import { parsePolicy } from "../policy/parse-policy.ts";
import { PolicyError } from "../policy/policy-error.ts";

export const handlePutBucketPolicy: Handler<typeof putBucketPolicy> = async ({ bucket, policy }, context) => {
  assertReadable(policy);
  await storeConfiguration(bucket, "policy", policy, context);
  return { output: {} };
};

function assertReadable(policy: string): void {
  try {
    parsePolicy(policy, "bucket");
  } catch (failure) {
    throw failure instanceof PolicyError ? invalidPolicy(`${failure.message}.`, failure) : failure;
  }
}

// A policy that cannot be evaluated is refused: what it forbids would be allowed.
import { invalidPolicy } from "../../protocol/fields/bucket-policy.ts";
import type { putBucketPolicy } from "../../protocol/operations/put-bucket-policy.ts";
import { storeConfiguration } from "../bucket-configurations.ts";
import type { Handler } from "../handler.ts";
import { parsePolicy } from "../policy/parse-policy.ts";
import type { Policy } from "../policy/policy.ts";
import { PolicyError } from "../policy/policy-error.ts";
import { isPublicAccessBlocked, policyMadePublic } from "../public-access/public-access-block.ts";
import { requireBucket } from "../require-resources.ts";

export const handlePutBucketPolicy: Handler<typeof putBucketPolicy> = async ({ bucket, policy }, context) => {
  const { statements } = readable(policy);
  const isBlocked = isPublicAccessBlocked(await requireBucket(bucket, context));
  if (isBlocked && statements.some(({ isPublic = false }) => isPublic)) {
    throw policyMadePublic();
  }
  await storeConfiguration(bucket, "policy", policy, context);
  return { output: {} };
};

function readable(policy: string): Policy {
  try {
    return parsePolicy(policy, "bucket");
  } catch (failure) {
    throw failure instanceof PolicyError ? invalidPolicy(`${failure.message}.`, failure) : failure;
  }
}

// What the policy says, whether or not public access is blocked: the answer tells what a lifted block would open.
import type { getBucketPolicyStatus } from "../../protocol/operations/get-bucket-policy-status.ts";
import type { Handler } from "../handler.ts";
import { writtenPoliciesOf } from "../policy/bucket-policy-of.ts";
import { requireBucket } from "../require-resources.ts";

export const handleGetBucketPolicyStatus: Handler<typeof getBucketPolicyStatus> = async (
  { bucket },
  context,
) => {
  const policies = writtenPoliciesOf(await requireBucket(bucket, context));
  const statements = policies.flatMap(({ policy }) => policy.statements);
  return { output: { isPublic: statements.some(({ isPublic = false }) => isPublic) } };
};

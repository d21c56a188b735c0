// Whether somebody may do something: policies of the session, of the user or role and of the bucket, then ACLs.
//
// 1. A session's own policy must allow it.
// 2. A statement that denies it, in a policy of the user or role or of the bucket, decides.
// 3. A statement that allows it, in either, is enough.
// 4. Where nothing is said, the ACL decides: what it grants, it grants to everybody.
// Source: OSS, authorization process.
import { type Access, resourceOf } from "../access.ts";
import { type Acls, type AclVerdict, decideByAcl } from "../acl-access.ts";
import type { Principal } from "../principal.ts";
import { evaluatePolicies, type Finding, type Question } from "./evaluate-policies.ts";
import type { Facts, NamedPolicy } from "./policy.ts";

/** Where what decided stands. */
type PolicyPlace = "bucket" | "identity" | "session";

export type Decision =
  | { readonly by: "account"; readonly isAllowed: true }
  | { readonly by: "acl"; readonly isAllowed: boolean; readonly verdict: AclVerdict }
  | {
      readonly by: "policy";
      readonly isAllowed: boolean;
      readonly place: PolicyPlace;
      /** Undefined: the session's policy does not speak of it. */
      readonly finding?: Finding;
    };

export interface AccessQuestion {
  readonly access: Access;
  readonly facts: Facts;
  readonly region: string;
  /** Of the account that owns the buckets. */
  readonly accountId: string;
}

/** With them the account opens a bucket again that a policy has shut to everybody. OSS's support would be asked for it. */
const POLICY_PERMISSIONS: readonly string[] = [
  "oss:DeleteBucketPolicy",
  "oss:GetBucketPolicy",
  "oss:PutBucketPolicy",
];

/** What the policies say; undefined when they say nothing, and the ACL has to decide. */
export function decideByPolicies(
  principal: Principal,
  { access, facts, region, accountId }: AccessQuestion,
  bucketPolicies: readonly NamedPolicy[],
): Decision | undefined {
  const resource = resourceOf(access, { region, accountId });
  const question: Question = { action: access.permission, resource, facts };
  const inBucket = evaluatePolicies(bucketPolicies, question, askerOf(principal, accountId));
  if (principal.kind === "account") {
    const isDenied = inBucket?.effect === "Deny" && !POLICY_PERMISSIONS.includes(access.permission);
    return isDenied ? found("bucket", inBucket) : { by: "account", isAllowed: true };
  }
  if (principal.kind === "anonymous") {
    return inBucket && found("bucket", inBucket);
  }
  const { policies, sessionPolicies } = principal;
  const inSession = sessionPolicies && evaluatePolicies(sessionPolicies, question);
  if (sessionPolicies !== undefined && inSession?.effect !== "Allow") {
    return { by: "policy", isAllowed: false, place: "session", ...(inSession && { finding: inSession }) };
  }
  const ofIdentity = evaluatePolicies(policies, question);
  if (ofIdentity?.effect === "Deny") {
    return found("identity", ofIdentity);
  }
  if (inBucket?.effect === "Deny") {
    return found("bucket", inBucket);
  }
  const allowing = ofIdentity ?? inBucket;
  return allowing && found(ofIdentity === undefined ? "bucket" : "identity", allowing);
}

/** What the ACLs say, where policies say nothing. */
export function decideByAcls(access: Access, acls: Acls): Decision {
  const verdict = decideByAcl(access, acls);
  return { by: "acl", isAllowed: verdict === "allowed", verdict };
}

function found(place: PolicyPlace, finding: Finding): Decision {
  return { by: "policy", isAllowed: finding.effect === "Allow", place, finding };
}

function askerOf(principal: Principal, accountId: string) {
  if (principal.kind === "account") {
    return { names: [accountId], isAccount: true };
  }
  return { names: principal.kind === "anonymous" ? [] : principal.names, isAccount: false };
}

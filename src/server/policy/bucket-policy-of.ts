// The policy of a bucket, read from what is stored with it. It is asked for with every request, so what was read is kept.
import type { BucketRecord } from "../../storage/records.ts";
import { configurationOf } from "../bucket-configurations.ts";
import { isPublicAccessBlocked } from "../public-access/public-access-block.ts";
import { parsePolicy } from "./parse-policy.ts";
import type { NamedPolicy, Policy } from "./policy.ts";
import { PolicyError } from "./policy-error.ts";

const POLICY_COUNT_MAX = 256;

interface ReadPolicies {
  /** All that is written. */
  readonly written: readonly NamedPolicy[];
  /** What counts where public access is blocked. */
  readonly behindBlock: readonly NamedPolicy[];
}

const policiesByText = new Map<string, ReadPolicies>();

/**
 * The policies that count for the bucket: one or none.
 *
 * One that was stored before policies were evaluated may be none that can be read; until it is replaced it shuts
 * everybody out but the account, for what it was meant to forbid nobody knows. Where public access is blocked, statements
 * that let everybody in let nobody in.
 */
export function bucketPoliciesOf(bucket: BucketRecord | undefined): readonly NamedPolicy[] {
  const policies = bucket && readPoliciesOf(bucket);
  if (bucket === undefined || policies === undefined) {
    return [];
  }
  return isPublicAccessBlocked(bucket) ? policies.behindBlock : policies.written;
}

/** The policies that are attached to the bucket, as they are written: one or none. */
export function writtenPoliciesOf(bucket: BucketRecord): readonly NamedPolicy[] {
  return readPoliciesOf(bucket)?.written ?? [];
}

function readPoliciesOf(bucket: BucketRecord): ReadPolicies | undefined {
  const text = configurationOf(bucket, "policy");
  if (text === undefined) {
    return undefined;
  }
  const known = policiesByText.get(text);
  if (known !== undefined) {
    return known;
  }
  const policy = readOrShut(text);
  const policies = { written: [policy], behindBlock: [withoutPublicGrants(policy)] };
  if (policiesByText.size >= POLICY_COUNT_MAX) {
    policiesByText.clear();
  }
  policiesByText.set(text, policies);
  return policies;
}

/**
 * The policy behind a block of public access. A statement that names nobody allows nobody anything; so all keep their
 * numbers.
 */
export function withoutPublicGrants({ name, policy }: NamedPolicy): NamedPolicy {
  const statements = policy.statements.map((statement) =>
    statement.isPublic === true ? { ...statement, principals: [] } : statement,
  );
  return { name, policy: { statements } };
}

function readOrShut(text: string): NamedPolicy {
  try {
    return { name: "bucket policy", policy: parsePolicy(text, "bucket") };
  } catch (failure) {
    if (failure instanceof PolicyError) {
      return { name: "bucket policy that cannot be read", policy: SHUT };
    }
    throw failure;
  }
}

const SHUT: Policy = {
  statements: [
    {
      effect: "Deny",
      actions: { patterns: [], isNegated: true },
      resources: { patterns: [], isNegated: true },
      principals: ["*"],
      conditions: [],
    },
  ],
};

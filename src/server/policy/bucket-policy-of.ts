// The policy of a bucket, read from what is stored with it. It is asked for with every request, so what was read is kept.
import type { BucketRecord } from "../../storage/records.ts";
import { configurationOf } from "../bucket-configurations.ts";
import { parsePolicy } from "./parse-policy.ts";
import type { NamedPolicy, Policy } from "./policy.ts";
import { PolicyError } from "./policy-error.ts";

const POLICY_COUNT_MAX = 256;
const policiesByText = new Map<string, readonly NamedPolicy[]>();

/**
 * The policies that are attached to the bucket: one or none.
 *
 * One that was stored before policies were evaluated may be none that can be read; until it is replaced it shuts
 * everybody out but the account, for what it was meant to forbid nobody knows.
 */
export function bucketPoliciesOf(bucket: BucketRecord | undefined): readonly NamedPolicy[] {
  const text = bucket && configurationOf(bucket, "policy");
  if (text === undefined) {
    return [];
  }
  const known = policiesByText.get(text);
  if (known !== undefined) {
    return known;
  }
  const policies = [readOrShut(text)];
  if (policiesByText.size >= POLICY_COUNT_MAX) {
    policiesByText.clear();
  }
  policiesByText.set(text, policies);
  return policies;
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

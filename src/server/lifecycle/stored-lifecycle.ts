// Where a bucket's lifecycle rules are kept.
import type { LifecycleRule } from "../../protocol/fields/lifecycle-rule.ts";
import type { BucketRecord } from "../../storage/records.ts";

/** The name of a bucket's configuration in the store. Its text is the rules in JSON, each with an ID. */
export const LIFECYCLE_CONFIGURATION = "lifecycle";

/** Empty when the bucket has none. */
export function lifecycleRulesOf({ configurations }: BucketRecord): readonly LifecycleRule[] {
  const text = configurations[LIFECYCLE_CONFIGURATION];
  return text === undefined ? [] : JSON.parse(text);
}

/** Whether nobody has changed the rules between two readings of a bucket. */
export function hasSameLifecycle(one: BucketRecord, other: BucketRecord): boolean {
  return one.configurations[LIFECYCLE_CONFIGURATION] === other.configurations[LIFECYCLE_CONFIGURATION];
}

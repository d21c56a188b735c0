// The steps of an object's life under lifecycle rules: it gets colder, and at last it expires. A colder step must come
// later than a warmer one.
// Source: OSS API, PutBucketLifecycle; oss2's tests expect InvalidArgument.
import { invalidArgument } from "../errors/service-error.ts";
import { coldnessOf, type LifecycleDue, type LifecycleRule } from "./lifecycle-rule.ts";

export interface LifecycleStep {
  readonly days: number;
  /** That of the storage class; above all of them for the expiration. */
  readonly coldness: number;
  readonly name: string;
}

/** Of current objects. Steps by date have no order, for the date says which objects they are about. */
export function stepsOf({ expiration, transitions = [] }: LifecycleRule): readonly LifecycleStep[] {
  return [
    ...transitions.flatMap((transition) => stepAfter(transition, transition.storageClass)),
    ...(expiration === undefined || "expiredObjectDeleteMarker" in expiration ? [] : stepAfter(expiration)),
  ];
}

/** Of noncurrent versions. */
export function noncurrentStepsOf(rule: LifecycleRule): readonly LifecycleStep[] {
  const { noncurrentVersionExpiration: expiration, noncurrentVersionTransitions = [] } = rule;
  return [
    ...noncurrentVersionTransitions.map((each) => step(each.noncurrentDays, each.storageClass)),
    ...(expiration === undefined ? [] : [step(expiration.noncurrentDays)]),
  ];
}

/** @throws {ServiceError} InvalidArgument, in the service's own words, when one of `colder` comes too early */
export function assertOrder(
  warmer: readonly LifecycleStep[],
  colder: readonly LifecycleStep[],
  ec?: string,
): void {
  for (const warm of warmer) {
    const early = colder.find((cold) => cold.coldness > warm.coldness && cold.days <= warm.days);
    if (early !== undefined) {
      throw invalidArgument(
        { name: "Days", value: String(early.days) },
        `Days in the ${early.name} must be more than the ${warm.name}`,
        ec,
      );
    }
  }
}

function stepAfter(due: LifecycleDue, storageClass?: string): readonly LifecycleStep[] {
  return "days" in due ? [step(due.days, storageClass)] : [];
}

function step(days: number, storageClass?: string): LifecycleStep {
  return storageClass === undefined
    ? { days, coldness: Number.POSITIVE_INFINITY, name: "Expiration action" }
    : {
        days,
        coldness: coldnessOf(storageClass),
        name: `Transition action for StorageClass ${storageClass}`,
      };
}

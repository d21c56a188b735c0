// Lifecycle rules that could be about the same object. Two of them with the same action are refused, unless the request
// says that it means it; so are two that contradict each other. Open uploads never have two rules.
// Source: OSS API, PutBucketLifecycle (x-oss-allow-same-action-overlap), and the page of the EC 0014-00000082.
import { serviceError } from "../errors/known-error.ts";
import { assertOrder, type LifecycleStep, noncurrentStepsOf, stepsOf } from "./lifecycle-order.ts";
import type { LifecycleRule, StorageClassChange } from "./lifecycle-rule.ts";

const CONFLICTING_RULES_EC = "0014-00000082";

export interface OverlapOptions {
  readonly allowSameActionOverlap: boolean;
}

/** What a rule claims, worked out once: a thousand rules are half a million pairs. */
interface Claim {
  readonly prefix: string;
  readonly tags: ReadonlyMap<string, string>;
  /** Types by themselves or, of transitions, by type and target: to different classes they are different actions. */
  readonly actions: ReadonlyMap<string, ActionType>;
  readonly steps: readonly LifecycleStep[];
  readonly noncurrentSteps: readonly LifecycleStep[];
}

type ActionType =
  | "AbortMultipartUpload"
  | "Expiration"
  | "NoncurrentVersionExpiration"
  | "NoncurrentVersionTransition"
  | "Transition";

/** Disabled rules count, for they may be enabled. @throws {ServiceError} InvalidRequest, InvalidArgument */
export function assertNoOverlap(
  rules: readonly LifecycleRule[],
  { allowSameActionOverlap }: OverlapOptions,
): void {
  const claims = rules.map(claimOf);
  if (allowSameActionOverlap) {
    assertDistinct(claims.filter(({ actions }) => actions.has("AbortMultipartUpload")).map(onUploads));
    return;
  }
  assertDistinct(claims);
}

function claimOf(rule: LifecycleRule): Claim {
  return {
    prefix: rule.prefix,
    tags: new Map((rule.tags ?? []).map(({ key, value }) => [key, value])),
    actions: new Map(actionsOf(rule)),
    steps: stepsOf(rule),
    noncurrentSteps: noncurrentStepsOf(rule),
  };
}

function onUploads(claim: Claim): Claim {
  const actions = new Map([["AbortMultipartUpload", "AbortMultipartUpload"]] as const);
  return { ...claim, actions, steps: [], noncurrentSteps: [] };
}

function actionsOf(rule: LifecycleRule): readonly (readonly [name: string, type: ActionType])[] {
  const { transitions = [], noncurrentVersionTransitions = [] } = rule;
  const single: readonly (readonly [type: ActionType, action: unknown])[] = [
    ["Expiration", rule.expiration],
    ["AbortMultipartUpload", rule.abortMultipartUpload],
    ["NoncurrentVersionExpiration", rule.noncurrentVersionExpiration],
  ];
  return [
    ...single.filter(([, action]) => action !== undefined).map(([type]) => [type, type] as const),
    ...transitions.map(transitionTo("Transition")),
    ...noncurrentVersionTransitions.map(transitionTo("NoncurrentVersionTransition")),
  ];
}

function transitionTo(type: ActionType): (change: StorageClassChange) => readonly [string, ActionType] {
  return ({ storageClass }) => [`${type} ${storageClass}`, type];
}

function assertDistinct(claims: readonly Claim[]): void {
  for (const [index, claim] of claims.entries()) {
    for (let otherIndex = index + 1; otherIndex < claims.length; otherIndex += 1) {
      const other = claims[otherIndex];
      if (other !== undefined && canMatchOneObject(claim, other)) {
        assertDifferentActions(claim, other);
        assertAgreeing(claim, other);
        assertAgreeing(other, claim);
      }
    }
  }
}

/** No object has two values of one tag. */
function canMatchOneObject(one: Claim, other: Claim): boolean {
  if (!one.prefix.startsWith(other.prefix) && !other.prefix.startsWith(one.prefix)) {
    return false;
  }
  for (const [key, value] of one.tags) {
    const otherValue = other.tags.get(key);
    if (otherValue !== undefined && otherValue !== value) {
      return false;
    }
  }
  return true;
}

function assertDifferentActions(one: Claim, other: Claim): void {
  for (const [name, type] of one.actions) {
    if (other.actions.has(name)) {
      throw serviceError("InvalidRequest", { message: `Overlap for same action type ${type}` });
    }
  }
}

function assertAgreeing(warmer: Claim, colder: Claim): void {
  assertOrder(warmer.steps, colder.steps, CONFLICTING_RULES_EC);
  assertOrder(warmer.noncurrentSteps, colder.noncurrentSteps, CONFLICTING_RULES_EC);
}

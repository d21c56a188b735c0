// Lifecycle rules that could be about the same object. Two of them with the same action are refused, unless the request
// says that it means it; so are two that contradict each other. Open uploads never have two rules.
// Source: OSS API, PutBucketLifecycle (x-oss-allow-same-action-overlap), and the page of the EC 0014-00000082.
import { ServiceError } from "../errors/service-error.ts";
import { assertOrder, noncurrentStepsOf, stepsOf } from "./lifecycle-order.ts";
import type { LifecycleRule, LifecycleTag, StorageClassChange } from "./lifecycle-rule.ts";

const CONFLICTING_RULES_EC = "0014-00000082";

export interface OverlapOptions {
  readonly allowSameActionOverlap: boolean;
}

/** @throws {ServiceError} InvalidRequest, InvalidArgument */
export function assertNoOverlap(rules: readonly LifecycleRule[], options: OverlapOptions): void {
  for (const [index, rule] of rules.entries()) {
    for (const other of rules.slice(index + 1).filter((later) => canMatchOneObject(rule, later))) {
      assertDifferentActions(rule, other, options);
      if (!options.allowSameActionOverlap) {
        assertAgreeing(rule, other);
      }
    }
  }
}

/** By prefix and tags; disabled rules count, for they may be enabled. */
function canMatchOneObject(one: LifecycleRule, other: LifecycleRule): boolean {
  const isPrefixShared = one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix);
  return isPrefixShared && !contradict(one.tags ?? [], other.tags ?? []);
}

/** No object has two values of one tag. */
function contradict(some: readonly LifecycleTag[], others: readonly LifecycleTag[]): boolean {
  return some.some(({ key, value }) => others.some((other) => other.key === key && other.value !== value));
}

interface Action {
  readonly type: string;
  /** Of transitions: to different classes they are different actions. */
  readonly target?: string;
}

function assertDifferentActions(one: LifecycleRule, other: LifecycleRule, options: OverlapOptions): void {
  const others = actionsOf(other);
  const shared = actionsOf(one).find(
    ({ type, target }) =>
      (!options.allowSameActionOverlap || type === "AbortMultipartUpload") &&
      others.some((action) => action.type === type && action.target === target),
  );
  if (shared !== undefined) {
    throw new ServiceError("InvalidRequest", { message: `Overlap for same action type ${shared.type}` });
  }
}

function actionsOf(rule: LifecycleRule): readonly Action[] {
  const { transitions = [], noncurrentVersionTransitions = [] } = rule;
  const single: readonly (readonly [type: string, action: unknown])[] = [
    ["Expiration", rule.expiration],
    ["AbortMultipartUpload", rule.abortMultipartUpload],
    ["NoncurrentVersionExpiration", rule.noncurrentVersionExpiration],
  ];
  return [
    ...single.filter(([, action]) => action !== undefined).map(([type]) => ({ type })),
    ...transitions.map(transitionAction("Transition")),
    ...noncurrentVersionTransitions.map(transitionAction("NoncurrentVersionTransition")),
  ];
}

function transitionAction(type: string): (change: StorageClassChange) => Action {
  return ({ storageClass }) => ({ type, target: storageClass });
}

function assertAgreeing(one: LifecycleRule, other: LifecycleRule): void {
  for (const [warmer, colder] of [
    [one, other],
    [other, one],
  ] as const) {
    assertOrder(stepsOf(warmer), stepsOf(colder), CONFLICTING_RULES_EC);
    assertOrder(noncurrentStepsOf(warmer), noncurrentStepsOf(colder), CONFLICTING_RULES_EC);
  }
}

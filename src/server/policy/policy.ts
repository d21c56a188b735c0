// What a policy says once it is read: RAM policies of users and roles, policies of sessions, of buckets, and of who may
// take on a role.
import type { ResourceName } from "./resource-name.ts";

export type Effect = "Allow" | "Deny";

/** By their lower-case names, such as `acs:sourceip`: what conditions may ask about. A fact that is unknown is missing. */
export type Facts = Pick<ReadonlyMap<string, string>, "get">;

export interface Statement {
  readonly effect: Effect;
  /** Lower-case patterns, such as `oss:get*`. */
  readonly actions: Listed<string>;
  readonly resources: Listed<ResourceName>;
  /** Patterns of who is meant. Undefined: the policy's owner. */
  readonly principals?: readonly string[];
  /** All must hold. */
  readonly conditions: readonly ((facts: Facts) => boolean)[];
  /** Of a bucket: it lets everybody in. */
  readonly isPublic?: true;
}

/** `Action` or `NotAction`, `Resource` or `NotResource`. */
export interface Listed<Pattern> {
  readonly patterns: readonly Pattern[];
  /** Everything but what is listed is meant. */
  readonly isNegated: boolean;
}

export interface Policy {
  readonly statements: readonly Statement[];
}

/** A policy, and under which name it is known to people. */
export interface NamedPolicy {
  readonly name: string;
  readonly policy: Policy;
}

/** Whose policy a document is decides what stands in it. */
export type PolicyKind = "bucket" | "identity" | "trust";

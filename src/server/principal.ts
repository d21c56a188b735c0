// Who sent a request.
import type { NamedPolicy } from "./policy/policy.ts";

/** Anybody, without a signature; the account, by its own key; or whom the account has given a key. */
export type Principal = Identity | { readonly kind: "account" } | { readonly kind: "anonymous" };

/** A RAM user, or somebody who has taken on a role for a while. They may do what policies say, and nothing else. */
export interface Identity {
  readonly kind: "session" | "user";
  /** The user's; of a session its role's. Never given twice. */
  readonly id: string;
  /** The user's name; of a session `ROLE/SESSION`. */
  readonly name: string;
  /**
   * All names under which policies of buckets may speak of it: a user's id and `acs:ram::ACCOUNT:user/NAME`, or
   * `arn:sts::ACCOUNT:assumed-role/ROLE/SESSION`.
   */
  readonly names: readonly string[];
  /** What is attached to the user or the role. */
  readonly policies: readonly NamedPolicy[];
  /** What was given with the token: such an access must be allowed here too. Undefined: nothing was. */
  readonly sessionPolicies?: readonly NamedPolicy[];
}

export const anonymous: Principal = { kind: "anonymous" };
export const account: Principal = { kind: "account" };

/** Under which name something is counted for who sent a request: all keys of a user are one, and all sessions of a role. */
export function holderOf(principal: Principal): string {
  switch (principal.kind) {
    case "user":
      return `user ${principal.id}`;
    case "session":
      return `role ${principal.id}`;
    default:
      return principal.kind;
  }
}

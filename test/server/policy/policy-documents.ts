// Policies as people write them, in short.
import { parsePolicy } from "../../../src/server/policy/parse-policy.ts";
import type { NamedPolicy, PolicyKind } from "../../../src/server/policy/policy.ts";

export type StatementWords = Readonly<Record<string, unknown>>;

/** The text of a policy with these statements. */
export function policyText(...statements: readonly StatementWords[]): string {
  return JSON.stringify({ Version: "1", Statement: statements });
}

export function namedPolicy(
  name: string,
  kind: PolicyKind,
  ...statements: readonly StatementWords[]
): NamedPolicy {
  return { name, policy: parsePolicy(policyText(...statements), kind) };
}

export function allow(action: string, resource = "*", others: StatementWords = {}): StatementWords {
  return { Effect: "Allow", Action: action, Resource: resource, ...others };
}

export function deny(action: string, resource = "*", others: StatementWords = {}): StatementWords {
  return { Effect: "Deny", Action: action, Resource: resource, ...others };
}

// Whether policies allow or deny something, and which statement of which policy says so.
import type { Effect, Facts, Listed, NamedPolicy, Statement } from "./policy.ts";
import { matchesResource, type ResourceName } from "./resource-name.ts";
import { matchesWildcard } from "./wildcard.ts";

export interface Question {
  /** Such as `oss:GetObject`. */
  readonly action: string;
  readonly resource: ResourceName;
  readonly facts: Facts;
}

/** Who asks, for policies that name whom they mean. */
export interface Asker {
  /** All names that a policy may use for them; none for somebody without a signature, who is only `*`. */
  readonly names: readonly string[];
  /** To the account a statement about everybody applies only if it has conditions. Source: OSS, bucket policies. */
  readonly isAccount: boolean;
}

/** What decided. */
export interface Finding {
  readonly effect: Effect;
  /** The policy's name. */
  readonly policy: string;
  /** From 1. */
  readonly statementNumber: number;
}

/**
 * The statement that decides: one that denies, wherever it stands, else one that allows. Undefined when nothing is said.
 *
 * @param asker  undefined for policies of the asker's own, whose statements name nobody
 */
export function evaluatePolicies(
  policies: readonly NamedPolicy[],
  question: Question,
  asker?: Asker,
): Finding | undefined {
  let allowed: Finding | undefined;
  for (const { name, policy } of policies) {
    for (const [index, statement] of policy.statements.entries()) {
      if (applies(statement, question, asker)) {
        const finding = { effect: statement.effect, policy: name, statementNumber: index + 1 };
        if (statement.effect === "Deny") {
          return finding;
        }
        allowed ??= finding;
      }
    }
  }
  return allowed;
}

function applies(statement: Statement, { action, resource, facts }: Question, asker?: Asker): boolean {
  const lowerCaseAction = action.toLowerCase();
  return (
    isListed(statement.actions, (pattern) => matchesWildcard(pattern, lowerCaseAction)) &&
    isListed(statement.resources, (pattern) => matchesResource(pattern, resource)) &&
    (asker === undefined || isMeant(statement, asker)) &&
    statement.conditions.every((holds) => holds(facts))
  );
}

function isListed<Pattern>(list: Listed<Pattern>, matches: (pattern: Pattern) => boolean): boolean {
  return list.patterns.some(matches) !== list.isNegated;
}

function isMeant({ effect, principals = [], conditions }: Statement, { names, isAccount }: Asker): boolean {
  if (principals.length === 0) {
    // Whom a prohibition without a name means, nobody knows: everybody but the account is the safe reading.
    return effect === "Deny" && !isAccount;
  }
  return principals.some((pattern) =>
    pattern === "*"
      ? !isAccount || conditions.length > 0
      : names.some((name) => matchesWildcard(pattern, name)),
  );
}

// Why somebody may do something, or may not: the decision that the server makes, in words.
import type { Access } from "../server/access.ts";
import { resourceOf } from "../server/access.ts";
import type { Acls } from "../server/acl-access.ts";
import { withoutPublicGrants } from "../server/policy/bucket-policy-of.ts";
import {
  type AccessQuestion,
  type Decision,
  decideByAcls,
  decideByPolicies,
} from "../server/policy/decide-access.ts";
import { parsePolicy } from "../server/policy/parse-policy.ts";
import type { NamedPolicy, Statement } from "../server/policy/policy.ts";
import { formatResourceName } from "../server/policy/resource-name.ts";
import type { Principal } from "../server/principal.ts";
import { aclsBehindBlock } from "../server/public-access/public-access-block.ts";

/** Whoever asks, and the texts of their policies by name, to show the statement that decides. */
export interface ExplainedPrincipal {
  readonly principal: Principal;
  /** Such as `user ci`. */
  readonly title: string;
  readonly texts: ReadonlyMap<string, string>;
}

export interface Explanation {
  readonly isAllowed: boolean;
  /** For people: the verdict and its reason. */
  readonly lines: readonly string[];
  /** For programs. */
  readonly event: Readonly<Record<string, unknown>>;
}

export interface ExplainedRules {
  readonly acls: Acls;
  /** The text of the bucket's. */
  readonly policy?: string | undefined;
  /** What lets everybody in counts for nothing. Default: it counts. */
  readonly isPublicAccessBlocked?: boolean;
}

const PLACES = { bucket: "the bucket's policy", session: "the session's own policy" } as const;
const BUCKET_POLICY = "bucket policy";

export function explainAccess(
  { principal, title, texts }: ExplainedPrincipal,
  question: AccessQuestion,
  rules: ExplainedRules,
): Explanation {
  const { policy: bucketText } = rules;
  const { policies: bucketPolicies, acls } = countingRules(rules);
  const decision =
    decideByPolicies(principal, question, bucketPolicies) ?? decideByAcls(question.access, acls);
  const resource = formatResourceName(resourceOf(question.access, question));
  const { access } = question;
  const verdict = decision.isAllowed ? "allowed" : "denied";
  const subject = `${title} ${decision.isAllowed ? "may" : "may not"} ${access.permission} on ${resource}`;
  const reason =
    reasonOfBlock(decision, { principal, question, rules, title }) ??
    reasonOf(decision, { access, acls: rules.acls, title });
  const allTexts = bucketText === undefined ? texts : new Map([...texts, [BUCKET_POLICY, bucketText]]);
  const statement = statementOf(decision, allTexts);
  const isLeftToAcls = decision.by === "acl" && !decision.isAllowed;
  const unmet = isLeftToAcls ? unmetAllowance(principal, question, bucketPolicies) : undefined;
  return {
    isAllowed: decision.isAllowed,
    lines: [
      `${verdict}: ${subject}`,
      `  because ${reason}`,
      ...(statement === undefined ? [] : [`  ${JSON.stringify(statement)}`]),
      ...(unmet === undefined
        ? []
        : [
            `  ${whereOf(unmet, title)} would allow it, but its conditions do not hold`,
            `  ${JSON.stringify(statementOf(unmet, allTexts))}`,
          ]),
    ],
    event: {
      ...{ verdict, action: access.permission, resource, reason },
      ...(decision.by === "policy" && decision.finding !== undefined
        ? {
            place: decision.place,
            policy: decision.finding.policy,
            statementNumber: decision.finding.statementNumber,
            statement,
          }
        : {}),
      ...(unmet === undefined ? {} : { unmet: placeOf(unmet) }),
    },
  };
}

function countingRules({ acls, policy: text, isPublicAccessBlocked = false }: ExplainedRules) {
  const policies: readonly NamedPolicy[] =
    text === undefined ? [] : [{ name: BUCKET_POLICY, policy: parsePolicy(text, "bucket") }];
  return isPublicAccessBlocked
    ? { policies: policies.map(withoutPublicGrants), acls: aclsBehindBlock(acls) }
    : { policies, acls };
}

/** Undefined where the block changes nothing. */
function reasonOfBlock(
  { isAllowed }: Decision,
  {
    principal,
    question,
    rules,
    title,
  }: {
    readonly principal: Principal;
    readonly question: AccessQuestion;
    readonly rules: ExplainedRules;
    readonly title: string;
  },
): string | undefined {
  const { access } = question;
  const { policies, acls } = countingRules({ ...rules, isPublicAccessBlocked: false });
  const open = decideByPolicies(principal, question, policies) ?? decideByAcls(access, acls);
  return open.isAllowed && !isAllowed
    ? `public access to the bucket is blocked, though ${reasonOf(open, { access, acls, title })}`
    : undefined;
}

type Found = Extract<Decision, { readonly by: "policy" }>;

/** What would decide if no permission had conditions, where that is a permission. Of a session's own policy that is known to hold. */
function unmetAllowance(
  principal: Principal,
  question: AccessQuestion,
  bucketPolicies: readonly NamedPolicy[],
): Found | undefined {
  const decision = decideByPolicies(
    principal.kind === "account" || principal.kind === "anonymous"
      ? principal
      : { ...principal, policies: withoutConditions(principal.policies) },
    question,
    withoutConditions(bucketPolicies),
  );
  return decision?.by === "policy" && decision.isAllowed ? decision : undefined;
}

function withoutConditions(policies: readonly NamedPolicy[]): readonly NamedPolicy[] {
  const relaxed = (statement: Statement): Statement =>
    statement.effect === "Allow" ? { ...statement, conditions: [] } : statement;
  return policies.map(({ name, policy }) => ({
    name,
    policy: { statements: policy.statements.map(relaxed) },
  }));
}

function placeOf({ place, finding }: Found) {
  return { place, policy: finding?.policy, statementNumber: finding?.statementNumber };
}

function whereOf({ place, finding }: Found, title: string): string {
  const where = place === "identity" ? `the policy ${finding?.policy} of ${title}` : PLACES[place];
  return finding === undefined ? where : `statement ${finding.statementNumber} of ${where}`;
}

interface Circumstances {
  readonly access: Access;
  readonly acls: Acls;
  readonly title: string;
}

function reasonOf(decision: Decision, { access, acls, title }: Circumstances): string {
  if (decision.by === "account") {
    return "the account may do everything that no policy of a bucket denies under a condition";
  }
  if (decision.by === "policy") {
    const { finding } = decision;
    const where = whereOf(decision, title);
    return finding === undefined
      ? `${where} does not allow it`
      : `${where} ${finding.effect === "Allow" ? "allows" : "denies"} it`;
  }
  const acl =
    access.key !== undefined && acls.object !== undefined
      ? `the object's ACL is ${acls.object}`
      : `the bucket's ACL is ${acls.bucket ?? "unknown: there is no such bucket"}`;
  if (decision.isAllowed) {
    return `no policy speaks of it, and ${acl}`;
  }
  return decision.verdict === "denied"
    ? "no policy allows it, and no ACL can"
    : `no policy allows it, and ${acl}`;
}

function statementOf(decision: Decision, texts: ReadonlyMap<string, string>): unknown {
  if (decision.by !== "policy" || decision.finding === undefined) {
    return undefined;
  }
  const { policy, statementNumber } = decision.finding;
  const document = JSON.parse(texts.get(policy) ?? "{}") as { readonly Statement?: unknown };
  const statements: readonly unknown[] = Array.isArray(document.Statement)
    ? document.Statement
    : [document.Statement];
  return statements[statementNumber - 1];
}

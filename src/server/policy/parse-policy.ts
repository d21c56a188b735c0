// Reading a policy, strictly: what nobody here understands would otherwise be a permission, or a prohibition, that its
// author believes in and that does not exist.
// Source: RAM, policy structure and grammar; OSS API, PutBucketPolicy.
import { parseConditions } from "./condition.ts";
import type { Listed, Policy, PolicyKind, Statement } from "./policy.ts";
import { PolicyError } from "./policy-error.ts";
import { isPublicStatement } from "./public-statement.ts";
import { parseResourceName, type ResourceName } from "./resource-name.ts";

/** RAM takes 6,144 characters for a policy, OSS 16 KB for that of a bucket. */
const POLICY_SIZE_MAX = 16 * 1024;
const STATEMENT_COUNT_MAX = 100;
const ACTION = /^(?:\*|[a-z][a-z0-9-]*:[A-Za-z0-9*?]+)$/;
const STATEMENT_FIELDS: readonly string[] = [
  "Action",
  "Condition",
  "Effect",
  "NotAction",
  "NotResource",
  "Principal",
  "Resource",
  "Sid",
];

/**
 * @param kind  `identity` for users, roles and sessions, whose statements name no Principal; `bucket`, whose statements
 *   may; `trust` for who may take on a role
 * @throws {PolicyError} with everything that is wrong
 */
export function parsePolicy(text: string, kind: PolicyKind): Policy {
  const problems: string[] = [];
  const statements = parseStatements(parseJson(text), kind, problems);
  if (problems.length > 0) {
    throw new PolicyError(problems);
  }
  return { statements };
}

type Report = (field: string, problem: string) => void;

function parseJson(text: string): Readonly<Record<string, unknown>> {
  if (text.length > POLICY_SIZE_MAX) {
    throw new PolicyError([`the policy is longer than ${POLICY_SIZE_MAX} characters`]);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new PolicyError([`the policy is no JSON: ${(cause as Error).message}`]);
  }
  if (!isRecord(value)) {
    throw new PolicyError(["the policy must be an object with Version and Statement"]);
  }
  return value;
}

function parseStatements(
  document: Readonly<Record<string, unknown>>,
  kind: PolicyKind,
  problems: string[],
): readonly Statement[] {
  const { Version: version, Statement: list, ...others } = document;
  problems.push(...Object.keys(others).map((name) => `the policy has the unknown field ${name}`));
  if (version !== "1") {
    problems.push('Version must be "1"');
  }
  const statements: readonly unknown[] = isRecord(list) ? [list] : Array.isArray(list) ? list : [];
  if (statements.length === 0 || statements.length > STATEMENT_COUNT_MAX) {
    problems.push(`Statement must be an array of 1 to ${STATEMENT_COUNT_MAX} statements`);
    return [];
  }
  return statements.map((statement, index) => {
    const report = (field: string, problem: string) =>
      void problems.push(`statement ${index + 1}: ${field} ${problem}`);
    return parseStatement(isRecord(statement) ? statement : {}, kind, report);
  });
}

function parseStatement(
  statement: Readonly<Record<string, unknown>>,
  kind: PolicyKind,
  report: Report,
): Statement {
  for (const field of Object.keys(statement).filter((name) => !STATEMENT_FIELDS.includes(name))) {
    report(field, "is no field of a statement");
  }
  const { Effect: effect } = statement;
  if (effect !== "Allow" && effect !== "Deny") {
    report("Effect", "must be Allow or Deny");
  }
  const principals = parsePrincipals(statement, kind, report);
  const written = {
    effect: effect === "Allow" ? "Allow" : "Deny",
    principals,
    condition: statement.Condition,
  } as const;
  return {
    effect: written.effect,
    actions: parseActions(statement, report),
    resources: parseResources(statement, kind, report),
    ...(principals === undefined ? {} : { principals }),
    conditions: parseConditions(statement.Condition, report),
    ...(kind === "bucket" && isPublicStatement(written) ? { isPublic: true } : {}),
  };
}

function parseActions(statement: Readonly<Record<string, unknown>>, report: Report): Listed<string> {
  const { field, texts, isNegated } = listed(statement, "Action", report);
  for (const text of texts.filter((action) => !ACTION.test(action))) {
    report(field, `has ${JSON.stringify(text)}, which is no action such as oss:GetObject, oss:Get* or *`);
  }
  return { patterns: texts.map((text) => text.toLowerCase()), isNegated };
}

function parseResources(
  statement: Readonly<Record<string, unknown>>,
  kind: PolicyKind,
  report: Report,
): Listed<ResourceName> {
  if (kind === "trust") {
    if (statement.Resource !== undefined || statement.NotResource !== undefined) {
      report("Resource", "does not belong here: the role itself is meant");
    }
    return { patterns: [], isNegated: true };
  }
  const { field, texts, isNegated } = listed(statement, "Resource", report);
  const patterns = texts.flatMap((text) => {
    const name = parseResourceName(text);
    if (name === undefined) {
      report(field, `has ${JSON.stringify(text)}, which is no resource such as acs:oss:*:*:BUCKET/KEY or *`);
    }
    return name ?? [];
  });
  return { patterns, isNegated };
}

/** A list, or one text, under its name or under its name with Not, and not under both. */
function listed(statement: Readonly<Record<string, unknown>>, name: "Action" | "Resource", report: Report) {
  const negated = `Not${name}`;
  const isNegated = statement[name] === undefined && statement[negated] !== undefined;
  const field = isNegated ? negated : name;
  if (!isNegated && statement[negated] !== undefined) {
    report(negated, `cannot stand beside ${name}`);
  }
  const texts = textsOf(statement[field]);
  if (texts === undefined) {
    report(field, "must be a text or an array of at least one text");
  }
  return { field, texts: texts ?? [], isNegated };
}

function parsePrincipals(
  { Principal: principal }: Readonly<Record<string, unknown>>,
  kind: PolicyKind,
  report: Report,
): readonly string[] | undefined {
  if (kind === "identity") {
    if (principal !== undefined) {
      report("Principal", "belongs into the policy of a bucket: here it is whom the policy is attached to");
    }
    return undefined;
  }
  const texts = textsOf(kind === "trust" ? Object(principal).RAM : principal);
  // The Python SDK's tests store policies of buckets without one. Such a statement grants nothing to anybody.
  if (texts === undefined && (kind === "trust" || principal !== undefined)) {
    report(
      "Principal",
      kind === "trust" ? 'must be {"RAM": [names]}' : "must be a text or an array of at least one text",
    );
  }
  return texts ?? [];
}

function textsOf(value: unknown): readonly string[] | undefined {
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  return texts.length > 0 && texts.every((text) => typeof text === "string" && text !== "")
    ? (texts as readonly string[])
    : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

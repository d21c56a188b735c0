// Whether a form keeps to its policy. OSS asks only for what the conditions say; a field that none of them names is free.
//
// Source: OSS API, PostObject, "Post Policy"; the words of the refusals from recorded answers.

import { serviceError } from "../errors/known-error.ts";
import type { ServiceError } from "../errors/service-error.ts";
import { postedContentType, postedKey } from "../fields/posted-object.ts";
import { type Form, formValue } from "../http-message.ts";
import type { FormAuthentication } from "./form-authentication.ts";
import { oss4Words } from "./oss4-words.ts";
import type { PolicyCondition, PostPolicy, SizeRange } from "./post-policy.ts";

/** What the conditions are about. */
export interface PostedSubject {
  readonly bucket: string;
  readonly form: Form;
  readonly scheme: FormAuthentication["scheme"];
  readonly now: Date;
}

/** A V4 policy must bind these, or an old policy could be signed anew by whoever changes them. */
const V4_FIELDS: readonly string[] = [
  oss4Words.query.version,
  oss4Words.query.credential,
  oss4Words.query.date,
];

/**
 * @returns how long the file may be: the intersection of all ranges, or undefined when the policy names none
 * @throws {ServiceError} AccessDenied, "Invalid according to Policy: …"
 */
export function verifyPostPolicy(policy: PostPolicy, subject: PostedSubject): SizeRange | undefined {
  if (subject.now.getTime() > policy.expiration.getTime()) {
    throw violation("Policy expired.");
  }
  if (subject.scheme === "v4-form") {
    assertBinds(policy, V4_FIELDS);
  }
  let range: SizeRange | undefined;
  for (const condition of policy.conditions) {
    if (condition.operator === "content-length-range") {
      range = intersection(range, condition);
    } else if (!holds(condition, valuesOf(condition.field, subject))) {
      throw violation(`Policy Condition failed: ${describe(condition)}`);
    }
  }
  return range;
}

type FieldCondition = Exclude<PolicyCondition, { readonly operator: "content-length-range" }>;

function assertBinds({ conditions }: PostPolicy, names: readonly string[]): void {
  const bound = conditions.map((condition) =>
    condition.operator === "eq" ? condition.field.toLowerCase() : "",
  );
  const missing = names.find((name) => !bound.includes(name));
  if (missing !== undefined) {
    throw violation(`the policy has no condition for ${missing}.`);
  }
}

/** A field that is not there meets no condition but `not-in`. */
function holds(condition: FieldCondition, values: readonly string[]): boolean {
  switch (condition.operator) {
    case "eq":
      return values.includes(condition.value);
    case "starts-with":
      return values.some((value) => value.startsWith(condition.value));
    case "in":
      return values.some((value) => condition.values.includes(value));
    case "not-in":
      return !values.some((value) => condition.values.includes(value));
  }
}

/** What the field is, in each way in which the owner of the policy may have meant it. */
function valuesOf(field: string, { bucket, form }: PostedSubject): readonly string[] {
  switch (field.toLowerCase()) {
    case "bucket":
      return [bucket];
    case "key":
      // With the file's name in it, or with the words that stand for it.
      return present(postedKey(form), formValue(form, "key"));
    case "content-type":
      return present(postedContentType(form));
    default:
      return present(formValue(form, field));
  }
}

function present(...values: readonly (string | undefined)[]): readonly string[] {
  return values.filter((value) => value !== undefined);
}

function intersection(left: SizeRange | undefined, right: SizeRange): SizeRange {
  return {
    minBytes: Math.max(left?.minBytes ?? 0, right.minBytes),
    maxBytes: Math.min(left?.maxBytes ?? Number.MAX_SAFE_INTEGER, right.maxBytes),
  };
}

/** `["eq", "$key", "a"]`, as OSS writes it. */
function describe(condition: FieldCondition): string {
  const operand =
    "values" in condition
      ? `[${condition.values.map((value) => JSON.stringify(value)).join(", ")}]`
      : JSON.stringify(condition.value);
  return `["${condition.operator}", ${JSON.stringify(`$${condition.field}`)}, ${operand}]`;
}

function violation(reason: string): ServiceError {
  return serviceError("AccessDenied", { message: `Invalid according to Policy: ${reason}` });
}

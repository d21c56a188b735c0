// The policy of a bucket: a document of JSON whose shape is checked, and whose text is kept.
// Source: OSS API, PutBucketPolicy.

import { serviceError } from "../errors/known-error.ts";
import type { ServiceError } from "../errors/service-error.ts";
import { BUCKET_POLICY_SIZE_MAX_BYTES } from "../limits.ts";

/**
 * The text of a request, which must be a policy: version 1 and at least one statement, each with an effect, and with
 * what is done to which resource. Whose it is may be left out: oss2's tests expect such a policy to be taken.
 *
 * @throws {ServiceError} InvalidPolicyDocument
 */
export function requestPolicy(text: string): string {
  if (new TextEncoder().encode(text).length > BUCKET_POLICY_SIZE_MAX_BYTES) {
    throw invalidPolicy(`The policy is larger than ${BUCKET_POLICY_SIZE_MAX_BYTES} bytes.`);
  }
  const policy = parseJson(text);
  if (!isRecord(policy) || policy.Version !== "1") {
    throw invalidPolicy('The policy must have the Version "1".');
  }
  if (!Array.isArray(policy.Statement) || policy.Statement.length === 0) {
    throw invalidPolicy("The policy must have at least one Statement, in an array.");
  }
  policy.Statement.forEach(assertStatement);
  return text;
}

/** Where the text of a policy, or what is in it, is none. */
export function invalidPolicy(message: string, cause?: unknown): ServiceError {
  return serviceError("InvalidPolicyDocument", { message, cause });
}

function assertStatement(statement: unknown, index: number): void {
  if (!isRecord(statement)) {
    throw invalidPolicy(`Statement ${index + 1} is no object.`);
  }
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny") {
    throw invalidPolicy(`The Effect of statement ${index + 1} must be Allow or Deny.`);
  }
  const { Principal: principal } = statement;
  for (const name of ["Action", "Resource", ...(principal === undefined ? [] : ["Principal"])]) {
    const isNegated = statement[name] === undefined && isTextOrTexts(statement[`Not${name}`]);
    if (!isTextOrTexts(statement[name]) && !isNegated) {
      throw invalidPolicy(`Statement ${index + 1} needs ${name}: a string or an array of strings.`);
    }
  }
  if (statement.Condition !== undefined && !isRecord(statement.Condition)) {
    throw invalidPolicy(`The Condition of statement ${index + 1} must be an object.`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalidPolicy("The policy is no JSON.", cause);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTextOrTexts(value: unknown): boolean {
  const texts = Array.isArray(value) ? value : [value];
  return texts.length > 0 && texts.every((text) => typeof text === "string" && text !== "");
}

// The policy of a form: a document of JSON that its owner signed, with the time until which the form is good and the
// conditions that its fields must meet.
//
// Source: OSS API, PostObject, "Post Policy". `in` and `not-in` as the OSS SDK for Java writes them.
import { decodeBase64 } from "../base64.ts";
import { serviceError } from "../errors/known-error.ts";
import type { ServiceError } from "../errors/service-error.ts";
import { parseTime } from "../times.ts";

/** A condition on one field, or on the size of the file. */
export type PolicyCondition =
  | { readonly operator: "eq" | "starts-with"; readonly field: string; readonly value: string }
  | { readonly operator: "in" | "not-in"; readonly field: string; readonly values: readonly string[] }
  | ({ readonly operator: "content-length-range" } & SizeRange);

/** Both ends count. */
export interface SizeRange {
  readonly minBytes: number;
  readonly maxBytes: number;
}

export interface PostPolicy {
  readonly expiration: Date;
  readonly conditions: readonly PolicyCondition[];
}

const EXPIRATION = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/**
 * @param encoded  the form's field `policy`: Base64 of the JSON
 * @throws {ServiceError} InvalidPolicyDocument
 */
export function parsePostPolicy(encoded: string): PostPolicy {
  const document = parseJson(decodeText(encoded));
  if (!isRecord(document)) {
    throw invalidPolicy("The policy is no JSON object.");
  }
  const { expiration, conditions } = document;
  if (expiration === undefined) {
    throw invalidPolicy("Policy missing expiration.");
  }
  if (!Array.isArray(conditions)) {
    throw invalidPolicy("Policy missing conditions.");
  }
  return { expiration: parseExpiration(expiration), conditions: conditions.flatMap(parseCondition) };
}

function decodeText(encoded: string): string {
  const bytes = decodeBase64(encoded.replaceAll(/\s/g, ""));
  try {
    if (bytes !== undefined) {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    }
  } catch {
    // The same answer as for what is no Base64.
  }
  throw invalidPolicy("The policy is no Base64 of UTF-8.");
}

/** OSS escapes `$` in values, for it begins the names of fields; JSON does not know that escape. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replaceAll(/\\(.)/gs, (whole, escaped) => (escaped === "$" ? "$" : whole)));
  } catch (cause) {
    throw invalidPolicy("Invalid JSON.", cause);
  }
}

function parseExpiration(value: unknown): Date {
  const time = typeof value === "string" && EXPIRATION.test(value) ? parseTime(value) : undefined;
  if (time === undefined) {
    throw invalidPolicy(`Invalid expiration: ${JSON.stringify(value)}.`);
  }
  return time;
}

/** An object is a list of equalities. */
function parseCondition(condition: unknown): PolicyCondition[] {
  if (isRecord(condition)) {
    return Object.entries(condition).map(([field, value]) => ({
      operator: "eq",
      field,
      value: textOf(value, condition),
    }));
  }
  if (!Array.isArray(condition) || condition.length !== 3) {
    throw invalidCondition(condition);
  }
  const [operator, subject, operand] = condition;
  switch (typeof operator === "string" ? operator.toLowerCase() : "") {
    case "eq":
      return [{ operator: "eq", field: fieldOf(subject, condition), value: textOf(operand, condition) }];
    case "starts-with":
      return [
        { operator: "starts-with", field: fieldOf(subject, condition), value: textOf(operand, condition) },
      ];
    case "in":
      return [{ operator: "in", field: fieldOf(subject, condition), values: textsOf(operand, condition) }];
    case "not-in":
      return [
        { operator: "not-in", field: fieldOf(subject, condition), values: textsOf(operand, condition) },
      ];
    case "content-length-range":
      return [
        {
          operator: "content-length-range",
          minBytes: sizeOf(subject, condition),
          maxBytes: sizeOf(operand, condition),
        },
      ];
    default:
      throw invalidCondition(condition);
  }
}

/** `$key` names the field `key`. */
function fieldOf(subject: unknown, condition: unknown): string {
  if (typeof subject !== "string" || !/^\$./s.test(subject)) {
    throw invalidCondition(condition);
  }
  return subject.slice(1);
}

function textOf(value: unknown, condition: unknown): string {
  if (typeof value !== "string") {
    throw invalidCondition(condition);
  }
  return value;
}

function textsOf(values: unknown, condition: unknown): readonly string[] {
  if (!Array.isArray(values)) {
    throw invalidCondition(condition);
  }
  return values.map((value) => textOf(value, condition));
}

function sizeOf(value: unknown, condition: unknown): number {
  const size = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
    throw invalidCondition(condition);
  }
  return size;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalidCondition(condition: unknown): ServiceError {
  return invalidPolicy(`Invalid condition: ${JSON.stringify(condition)}.`);
}

function invalidPolicy(reason: string, cause?: unknown): ServiceError {
  return serviceError("InvalidPolicyDocument", { message: `Invalid Policy: ${reason}`, cause });
}

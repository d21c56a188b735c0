// Conditions of statements: `{ OPERATOR: { KEY: value or values } }`. All operators and all keys must hold; of several
// values one is enough, or, for an operator with Not in it, none may fit.
// Source: RAM, policy elements: Condition; OSS, RAM policy: condition keys.
import { parseAddressRange } from "./address-range.ts";
import type { Facts } from "./policy.ts";
import { matchesWildcard } from "./wildcard.ts";

type KeyType = "address" | "boolean" | "date" | "text";

/** What a request can be asked about. Of any other key nobody here could say whether it holds. */
const KEY_TYPES: ReadonlyMap<string, KeyType> = new Map([
  ["acs:AccessId", "text"],
  ["acs:CurrentTime", "date"],
  ["acs:SecureTransport", "boolean"],
  ["acs:SourceIp", "address"],
  ["acs:UserAgent", "text"],
  ["oss:Delimiter", "text"],
  ["oss:Prefix", "text"],
  ["oss:x-oss-acl", "text"],
  ["oss:x-oss-object-acl", "text"],
]);
const TYPES_BY_LOWER_CASE = new Map([...KEY_TYPES].map(([key, type]) => [key.toLowerCase(), type]));

interface Operator {
  readonly type: KeyType;
  readonly isNegated?: true;
  /** What decides over a fact, or undefined for a value that means nothing to the operator. */
  readonly test: (value: string) => ((fact: string) => boolean) | undefined;
}

const equals = (value: string) => (fact: string) => fact === value;
const equalsIgnoringCase = (value: string) => equalsIn(value.toLowerCase());
const equalsIn = (lowerCase: string) => (fact: string) => fact.toLowerCase() === lowerCase;
const like = (value: string) => (fact: string) => matchesWildcard(value, fact);

const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ["StringEquals", { type: "text", test: equals }],
  ["StringNotEquals", { type: "text", isNegated: true, test: equals }],
  ["StringEqualsIgnoreCase", { type: "text", test: equalsIgnoringCase }],
  ["StringNotEqualsIgnoreCase", { type: "text", isNegated: true, test: equalsIgnoringCase }],
  ["StringLike", { type: "text", test: like }],
  ["StringNotLike", { type: "text", isNegated: true, test: like }],
  [
    "Bool",
    {
      type: "boolean",
      test: (value) => (/^(?:true|false)$/i.test(value) ? equalsIgnoringCase(value) : undefined),
    },
  ],
  ["IpAddress", { type: "address", test: parseAddressRange }],
  ["NotIpAddress", { type: "address", isNegated: true, test: parseAddressRange }],
  ["DateEquals", { type: "date", test: dateTest((fact, value) => fact === value) }],
  ["DateNotEquals", { type: "date", isNegated: true, test: dateTest((fact, value) => fact === value) }],
  ["DateLessThan", { type: "date", test: dateTest((fact, value) => fact < value) }],
  ["DateLessThanEquals", { type: "date", test: dateTest((fact, value) => fact <= value) }],
  ["DateGreaterThan", { type: "date", test: dateTest((fact, value) => fact > value) }],
  ["DateGreaterThanEquals", { type: "date", test: dateTest((fact, value) => fact >= value) }],
]);

/** In the order of the documentation. */
const conditionKeys: readonly string[] = [...KEY_TYPES.keys()];
const conditionOperators: readonly string[] = [...OPERATORS.keys()];

/**
 * A statement's conditions as functions, of which all must hold.
 *
 * @param report  told of every mistake, with the field that has it
 */
export function parseConditions(
  condition: unknown,
  report: (field: string, problem: string) => void,
): readonly ((facts: Facts) => boolean)[] {
  if (condition === undefined) {
    return [];
  }
  if (!isRecord(condition)) {
    report("Condition", "must be an object");
    return [];
  }
  return Object.entries(condition).flatMap(([name, block]) => {
    const field = `Condition.${name}`;
    const operator = OPERATORS.get(name);
    if (operator === undefined) {
      report(field, `is no operator that is known; there are ${conditionOperators.join(", ")}`);
      return [];
    }
    if (!isRecord(block)) {
      report(field, "must be an object of keys and values");
      return [];
    }
    return Object.entries(block).flatMap(
      ([key, values]) =>
        parseTest({ name, operator, key, values }, (problem) => report(`${field}.${key}`, problem)) ?? [],
    );
  });
}

interface ConditionEntry {
  /** Of the operator. */
  readonly name: string;
  readonly operator: Operator;
  readonly key: string;
  readonly values: unknown;
}

function parseTest(
  { name, operator, key, values }: ConditionEntry,
  report: (problem: string) => void,
): ((facts: Facts) => boolean) | undefined {
  const lowerCaseKey = key.toLowerCase();
  const type = TYPES_BY_LOWER_CASE.get(lowerCaseKey);
  if (type === undefined) {
    report(`is no condition key that is known; there are ${conditionKeys.join(", ")}`);
    return undefined;
  }
  if (type !== operator.type) {
    const fitting = [...OPERATORS].filter(([, other]) => other.type === type).map(([other]) => other);
    report(`does not go with ${name}; it goes with ${fitting.join(", ")}`);
    return undefined;
  }
  const texts = (Array.isArray(values) ? values : [values]) as readonly unknown[];
  if (texts.length === 0) {
    report("needs at least one value");
    return undefined;
  }
  const tests = texts.map((value) => {
    const isScalar = typeof value === "string" || typeof value === "boolean" || typeof value === "number";
    const test = isScalar ? operator.test(String(value)) : undefined;
    if (test === undefined) {
      report(`has the value ${JSON.stringify(value)}, which is ${EXPECTED[type]}`);
    }
    return test ?? (() => false);
  });
  const { isNegated = false } = operator;
  return (facts) => {
    const fact = facts.get(lowerCaseKey);
    return (fact !== undefined && tests.some((test) => test(fact))) !== isNegated;
  };
}

const EXPECTED: Readonly<Record<KeyType, string>> = {
  address: "no address and no range of addresses such as 192.0.2.0/24",
  boolean: "neither true nor false",
  date: "no time such as 2026-01-31T12:00:00Z",
  text: "no text",
};

function dateTest(compare: (factMs: number, valueMs: number) => boolean): Operator["test"] {
  return (value) => {
    const isTime = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/.test(
      value,
    );
    const valueMs = isTime ? Date.parse(value) : Number.NaN;
    return Number.isNaN(valueMs) ? undefined : (fact) => compare(Date.parse(fact), valueMs);
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

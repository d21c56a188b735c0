// A request on its way to be broken: still readable as bucket, key, query and headers, so that it can be signed after a
// change of it. What only bytes can express comes later, in wire-request.ts.
import type { Headers, Query, Resource } from "../../../src/protocol/http-message.ts";
import type { SeededRandom } from "../seeded-random.ts";

export interface Draft {
  /** Any word, also one that HTTP does not have. */
  readonly method: string;
  readonly resource: Resource;
  readonly query: Query;
  /** Lower-case names; a repeated header is joined with ",". */
  readonly headers: Headers;
  readonly body: Uint8Array;
  /** What was done to it, in order, for the report of a failure. */
  readonly history: readonly string[];
}

/** One thing that a careless or hostile client does. */
export interface Mutation {
  readonly name: string;
  apply(draft: Draft, random: SeededRandom): Partial<Omit<Draft, "history">>;
}

/** The draft after `mutation`, which its history names. */
export function mutate(draft: Draft, mutation: Mutation, random: SeededRandom): Draft {
  return { ...draft, ...mutation.apply(draft, random), history: [...draft.history, mutation.name] };
}

/** The headers without those whose value is undefined. */
export function withHeaders(draft: Draft, headers: Readonly<Record<string, string | undefined>>): Headers {
  const joined = { ...draft.headers, ...headers };
  return Object.fromEntries(
    Object.entries(joined).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Values that numbers, sizes and times break on. */
export const awkwardNumbers: readonly string[] = [
  "0",
  "-1",
  "1",
  "-0",
  "+1",
  "1.5",
  "1e3",
  "0x10",
  "00000000000000000001",
  "10001",
  "2147483648",
  "9007199254740993",
  "18446744073709551616",
  "9".repeat(400),
  "NaN",
  "Infinity",
  " 1",
  "1 ",
  "٣",
  "1,1",
  "",
];

/** Texts that parsers and stores break on. */
export const awkwardTexts: readonly string[] = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "\r\n",
  "\u0001\u001f\u007f",
  "\ufffe\uffff",
  "\ufeff",
  "中文😀",
  "..",
  "../../../etc/passwd",
  "/",
  "//",
  "\\",
  "%",
  "%00",
  "%2e%2e%2f",
  "'\"<>&;",
  "<a>",
  "]]>",
  "\u0024{key}",
  "__proto__",
  "constructor",
  "null",
  "undefined",
  "true",
  "x".repeat(1_023),
  "x".repeat(1_024),
  "é".repeat(600),
  "x".repeat(9_000),
];

/** A number or a text that somebody did not think of. */
export function awkwardValue(random: SeededRandom): string {
  return random.pick(random.next() < 0.4 ? awkwardNumbers : awkwardTexts);
}

/** The value as one line: line ends and NUL have their place among the mutations of bytes. */
export function headerText(value: string): string {
  return value.replace(/\p{Cc}/gu, "").trim();
}

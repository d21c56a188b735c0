// The calls that a random sequence is made of. Uploads are named by slot, ETags and times by what the model knows when
// the call is made, so that a sequence stays meaningful while it shrinks.
import { createHash } from "node:crypto";
import fc from "fast-check";
import type { ByteRange } from "../../src/protocol/fields/byte-range.ts";

/** Bytes that are cheap to make: `seed` and its successors, over and over. */
export interface Body {
  readonly sizeBytes: number;
  readonly seed: number;
}

/** Relative to the object, so that its edges are met: a quarter of its size, and some bytes more. */
export interface Edge {
  readonly quarters: number;
  readonly offset: number;
}

export interface Range {
  readonly start?: Edge;
  readonly end?: Edge;
}

export interface Condition {
  readonly name: "ifMatch" | "ifModifiedSince" | "ifNoneMatch" | "ifUnmodifiedSince";
  /** Of a time: seconds after the object's own. Of an ETag: 0 for the object's own, else another. */
  readonly offset: number;
}

export type PartChoice = "absent" | "all" | "first" | "listed" | "reversed" | "without first" | "wrong ETag";

export interface Page {
  readonly prefix: string;
  readonly delimiter: string;
  readonly after: string;
  readonly limit: number;
}

export type Call =
  | { readonly call: "createBucket" | "deleteBucket" | "restart" }
  | ({
      readonly call: "putObject";
      readonly key: string;
      readonly body: Body;
      readonly note: string;
    } & Writing)
  | ({
      readonly call: "getObject";
      readonly key: string;
      readonly range: Range;
      readonly isStandard: boolean;
    } & Reading)
  | ({ readonly call: "headObject"; readonly key: string } & Reading)
  | { readonly call: "deleteObject" | "getObjectMeta"; readonly key: string }
  | { readonly call: "deleteObjects"; readonly keys: readonly string[] }
  | ({
      readonly call: "copyObject";
      readonly key: string;
      readonly source: string;
      readonly note: string;
    } & Reading &
      Writing)
  | { readonly call: "listObjects" | "listObjectsV2"; readonly page: Page }
  | { readonly call: "listUploads"; readonly page: Page; readonly markerSlot: number }
  | ({
      readonly call: "initiate";
      readonly slot: number;
      readonly key: string;
      readonly note: string;
    } & Writing)
  | ({
      readonly call: "uploadPart";
      readonly slot: number;
      readonly partNumber: number;
      readonly body: Body;
    } & Damage)
  | ({
      readonly call: "uploadPartCopy";
      readonly slot: number;
      readonly partNumber: number;
      readonly source: string;
      readonly range: Range;
    } & Reading)
  | ({ readonly call: "complete"; readonly slot: number; readonly choice: PartChoice } & Writing)
  | { readonly call: "abort"; readonly slot: number }
  | {
      readonly call: "listParts";
      readonly slot: number;
      readonly limit: number;
      readonly afterPartNumber: number;
    };

interface Writing {
  readonly forbidOverwrite: boolean;
}

interface Reading {
  readonly condition: Condition | null;
}

interface Damage {
  readonly damage: "crc64" | "md5" | "none";
}

/** Shared prefixes, and characters that an XML document, a query or a path could mistake. */
export const keys = ["a", "a/b", "a/b/c d", "a/b+%41", "a\u0001", "ab", "b/\u{1f600}", "é"] as const;
export const slots = [0, 1, 2] as const;

/** Mostly a few, so that calls meet. */
const key = fc.oneof(
  { weight: 4, arbitrary: fc.constant(keys[0]) },
  { weight: 2, arbitrary: fc.constant(keys[1]) },
  { weight: 2, arbitrary: fc.constantFrom(...keys) },
);
const slot = fc.constantFrom(...slots);
const sizeBytes = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(102_400, 102_401) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1, 102_399) },
  { weight: 1, arbitrary: fc.nat(300_000) },
);
const body = fc.record({ sizeBytes, seed: fc.nat(3) });
const note = fc.constantFrom("", "n", "Größe");
const partNumber = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constantFrom(9_999, 10_000));
const forbidOverwrite = fc.boolean();
const edge = fc.record({ quarters: fc.nat(4), offset: fc.integer({ min: -2, max: 2 }) });
const range = fc.record({ start: edge, end: edge }, { requiredKeys: [] });
const condition = fc.option(
  fc.record({
    name: fc.constantFrom("ifMatch", "ifModifiedSince", "ifNoneMatch", "ifUnmodifiedSince"),
    offset: fc.integer({ min: -1, max: 1 }),
  }),
  { freq: 3 },
);
const limit = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constantFrom(1_000));
const page = fc.record({
  prefix: fc.constantFrom("", "", "a", "a/", "b", "x"),
  delimiter: fc.constantFrom("", "/", "b", "/b"),
  after: fc.constantFrom("", "", "a", "a/", "a/b", "a/b/", "ab", "z"),
  limit,
});
const damage = fc.constantFrom("none", "none", "none", "none", "none", "none", "crc64", "md5");

const weighted = [
  weigh(1, "createBucket", {}),
  weigh(1, "deleteBucket", {}),
  weigh(1, "restart", {}),
  weigh(5, "putObject", { key, body, note, forbidOverwrite }),
  weigh(6, "getObject", { key, range, isStandard: fc.boolean(), condition }),
  weigh(3, "headObject", { key, condition }),
  weigh(1, "getObjectMeta", { key }),
  weigh(2, "deleteObject", { key }),
  weigh(1, "deleteObjects", {
    keys: fc.uniqueArray(fc.constantFrom(...keys.filter((name) => !name.includes("\u0001"))), {
      minLength: 1,
    }),
  }),
  weigh(2, "copyObject", { key, source: key, note, forbidOverwrite, condition }),
  weigh(2, "listObjects", { page }),
  weigh(2, "listObjectsV2", { page }),
  weigh(2, "listUploads", { page, markerSlot: fc.constantFrom(-1, ...slots) }),
  weigh(5, "initiate", { slot, key, note, forbidOverwrite }),
  weigh(14, "uploadPart", { slot, partNumber, body, damage }),
  weigh(4, "uploadPartCopy", { slot, partNumber, source: key, range, condition }),
  weigh(7, "complete", {
    slot,
    choice: fc.constantFrom(
      ...(["all", "listed", "listed", "without first", "first", "reversed", "wrong ETag", "absent"] as const),
    ),
    forbidOverwrite,
  }),
  weigh(2, "abort", { slot }),
  weigh(3, "listParts", {
    slot,
    limit,
    afterPartNumber: fc.oneof(fc.nat(4), fc.constantFrom(9_999, 10_000)),
  }),
];

/** Sequences of at most `maxLength` calls. The bucket is there when the first is made. */
export function arbitraryCalls(maxLength: number): fc.Arbitrary<readonly Call[]> {
  return fc.array(fc.oneof(...weighted), { maxLength, size: "max" });
}

/** The range in bytes, both ends inclusive, or no range at all where its ends would be the wrong way round. */
export function resolveRange({ start, end }: Range, sizeBytes: number): ByteRange {
  const at = ({ quarters, offset }: Edge) => Math.max(0, Math.floor((sizeBytes * quarters) / 4) + offset);
  const resolved = { ...(start && { start: at(start) }), ...(end && { end: at(end) }) };
  const { start: from = 0, end: to = from } = resolved;
  return from <= to ? resolved : {};
}

/** Bytes as a failure can show them: `deepStrictEqual` takes minutes to print how two long buffers differ. */
export function fingerprint(bytes: Uint8Array): string {
  return `${bytes.length} bytes of MD5 ${createHash("md5").update(bytes).digest("hex")}`;
}

export function bytesOf({ sizeBytes, seed }: Body): Buffer {
  return Buffer.alloc(sizeBytes, Buffer.from([seed, seed + 1, seed + 2, seed + 5, 7, 11, 13]));
}

function weigh(weight: number, name: Call["call"], fields: Record<string, fc.Arbitrary<unknown>>) {
  const arbitrary = fc.record({ call: fc.constant(name), ...fields }) as unknown as fc.Arbitrary<Call>;
  return { weight, arbitrary };
}

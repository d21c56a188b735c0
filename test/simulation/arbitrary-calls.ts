// Random sequences of calls.
import fc from "fast-check";
import { type Call, type Calls, keys, slots } from "./service-calls.ts";

/** So much at the beginning makes only things for the other calls to meet. */
const BEGINNING_LENGTH_MAX = 8;

/** Sequences of at most `maxLength` calls. The bucket is there when the first is made. */
export function arbitraryCalls(maxLength: number): fc.Arbitrary<readonly Call[]> {
  const beginning = fc.array(fc.oneof(...making), { maxLength: BEGINNING_LENGTH_MAX, size: "max" });
  const rest = fc.array(fc.oneof(...making, ...using), {
    maxLength: maxLength - BEGINNING_LENGTH_MAX,
    size: "max",
  });
  return fc.tuple(beginning, rest).map((calls) => calls.flat());
}

/** Mostly a few, so that calls meet. */
const key = fc.oneof(
  { weight: 7, arbitrary: fc.constant(keys[0]) },
  { weight: 2, arbitrary: fc.constantFrom(keys[1], "ab" as const) },
  { weight: 2, arbitrary: fc.constantFrom(...keys) },
);
/** Mostly one that few others put whole. */
const appendedKey = fc.oneof(
  { weight: 1, arbitrary: fc.constant("ab" as const) },
  { weight: 1, arbitrary: key },
);
const version = fc.oneof(
  { weight: 6, arbitrary: fc.constant("current" as const) },
  { weight: 3, arbitrary: fc.nat(2) },
  { weight: 2, arbitrary: fc.constantFrom("gone" as const, "null" as const) },
);
const named = { key, version };
const source = record(named);
const slot = fc.constantFrom(...slots, 0, 0, 0, 1, 1);
const sizeBytes = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(102_400, 102_401) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1, 102_399) },
  { weight: 1, arbitrary: fc.nat(300_000) },
);
const body = record({ sizeBytes, seed: fc.nat(3) });
/** Many appends make one object, so each is small. */
const appendedBody = record({ sizeBytes: fc.constantFrom(0, 1, 7, 70_000), seed: fc.nat(3) });
const note = fc.constantFrom("", "n", "Größe");
const tags = fc.constantFrom({}, {}, { a: "1" }, { "k 1": "a+b=c/d", é: "" });
const described = { note, tags };
const partNumber = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom(9_999, 10_000) },
  { weight: 2, arbitrary: fc.constant("next" as const) },
);
const forbidOverwrite = fc.boolean();
const edge = record({ quarters: fc.nat(4), offset: fc.integer({ min: -2, max: 2 }) });
const range = fc.record({ start: edge, end: edge }, { requiredKeys: [], noNullPrototype: true });
const condition = fc.option(
  record({
    name: fc.constantFrom(
      "ifMatch" as const,
      "ifModifiedSince" as const,
      "ifNoneMatch" as const,
      "ifUnmodifiedSince" as const,
    ),
    offset: fc.integer({ min: -1, max: 1 }),
  }),
  { freq: 3 },
);
const limit = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constantFrom(1_000));
const page = record({
  prefix: fc.constantFrom("", "", "a", "a/", "b", "x"),
  delimiter: fc.constantFrom("", "/", "b", "/b"),
  after: fc.constantFrom("", "", "a", "a/", "a/b", "a/b/", "ab", "z"),
  limit,
});
const damage = fc.oneof(
  { weight: 6, arbitrary: fc.constant("none" as const) },
  { weight: 2, arbitrary: fc.constantFrom("crc64" as const, "md5" as const) },
);
/** The document of a deletion can name no key with a control character. */
const deletable = record({
  key: fc.constantFrom(...keys.filter((name) => !name.includes("\u0001"))),
  version,
});

const making = [
  weigh(3, "setVersioning", { status: fc.constantFrom("Enabled" as const, "Suspended" as const) }),
  weigh(8, "putObject", { key, body, ...described, forbidOverwrite }),
  weigh(6, "appendObject", {
    key: appendedKey,
    offset: fc.constantFrom(0, 0, 0, 0, 0, 0, -1, 1),
    body: appendedBody,
    damage,
    ...described,
  }),
  weigh(8, "initiate", { slot, key, isSequential: fc.boolean(), ...described, forbidOverwrite }),
];

const using = [
  weigh(1, "createBucket", {}),
  weigh(1, "deleteBucket", {}),
  weigh(1, "getVersioning", {}),
  weigh(1, "restart", {}),
  weigh(6, "getObject", { ...named, range, isStandard: fc.boolean(), condition }),
  weigh(3, "headObject", { ...named, condition }),
  weigh(1, "getObjectMeta", named),
  weigh(5, "deleteObject", named),
  weigh(2, "deleteObjects", {
    objects: fc.uniqueArray(deletable, { minLength: 1, maxLength: 5, selector: (named) => named.key }),
  }),
  weigh(2, "putTags", { ...named, tags }),
  weigh(1, "getTags", named),
  weigh(1, "deleteTags", named),
  weigh(3, "copyObject", { key, source, note, tags: fc.option(tags), forbidOverwrite, condition }),
  weigh(2, "listObjects", { page }),
  weigh(2, "listObjectsV2", { page }),
  weigh(3, "listVersions", { page, markerVersion: version }),
  weigh(2, "listUploads", { page, markerSlot: fc.constantFrom(-1, ...slots) }),
  weigh(12, "uploadPart", { slot, partNumber, body, damage }),
  weigh(4, "uploadPartCopy", { slot, partNumber, source, range, condition }),
  weigh(6, "complete", {
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

/** As a literal has it, so that a failure can be read. */
function record<Fields>(fields: { readonly [Field in keyof Fields]: fc.Arbitrary<Fields[Field]> }) {
  return fc.record<Fields>(fields, { noNullPrototype: true });
}

function weigh<Name extends keyof Calls>(
  weight: number,
  name: Name,
  fields: { readonly [Field in keyof Calls[Name]]: fc.Arbitrary<Calls[Name][Field]> },
) {
  const arbitrary = record({ call: fc.constant(name), ...fields }) as unknown as fc.Arbitrary<Call>;
  return { weight, arbitrary };
}

// What a differential test does to a store, and how it draws what to do.
import fc from "fast-check";

/** Which version of a key: by its place from the newest, by a name that it may have, or none in particular. */
type VersionChoice = { readonly place: number } | { readonly versionId: string } | "current";

export type Action =
  | { readonly type: "create-bucket"; readonly storageClass: string }
  | { readonly type: "delete-bucket" }
  | {
      readonly type: "update-bucket";
      readonly versioning: "Enabled" | "Suspended";
      readonly cors: string | null;
    }
  | {
      readonly type: "put";
      readonly key: string;
      readonly sizeBytes: number;
      readonly objectType: "Normal" | "Symlink";
      readonly forbidOverwrite: boolean;
    }
  | {
      readonly type: "append";
      readonly key: string;
      /** Absent: an append of nothing. */
      readonly sizeBytes: number | undefined;
      readonly beyondEndBytes: number;
    }
  | {
      readonly type: "change";
      readonly key: string;
      readonly version: VersionChoice;
      readonly acl: string;
      readonly isStale: boolean;
    }
  | {
      readonly type: "delete";
      readonly deletions: readonly {
        readonly key: string;
        readonly version: VersionChoice;
        readonly generation: "any" | "its own" | "another";
      }[];
    }
  | {
      readonly type: "list";
      readonly delimiter: string;
      readonly keyMarker: string;
      readonly version: VersionChoice;
      readonly limit: number;
    }
  | {
      readonly type: "create-upload";
      readonly key: string;
      readonly isSequential: boolean;
      readonly forbidOverwrite: boolean;
    }
  | {
      readonly type: "put-part";
      readonly uploadIndex: number;
      /** Absent: the one after the last. */
      readonly partNumber: number | undefined;
      readonly sizeBytes: number;
      readonly followsRightPart: boolean;
    }
  | {
      readonly type: "complete";
      readonly uploadIndex: number;
      readonly leftOut: readonly number[];
      readonly wrong: readonly number[];
      readonly partSizeMinBytes: number;
      readonly forbidOverwrite: boolean;
      readonly md5: string | undefined;
    }
  | { readonly type: "abort"; readonly uploadIndex: number }
  | { readonly type: "wait-and-collect" }
  | { readonly type: "reopen" };

export type { VersionChoice };

const ACTION_COUNT_MAX = 60;

const key = fc.constantFrom("a", "a/b", "é");
const sizeBytes = fc.constantFrom(0, 3, 9);
const uploadIndex = fc.nat(5);
const partNumber = fc.integer({ min: 1, max: 4 });
const seldom = fc.integer({ min: 1, max: 4 }).map((chance) => chance === 1);
const version: fc.Arbitrary<VersionChoice> = fc.oneof(
  fc.constant("current" as const),
  fc.record({ place: fc.nat(3) }),
  fc.record({ versionId: fc.constantFrom("null", "none") }),
);
const deletion = fc.record({
  key,
  version,
  generation: fc.constantFrom("any" as const, "any" as const, "its own" as const, "another" as const),
});

const weighted: readonly fc.WeightedArbitrary<Action>[] = [
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("create-bucket"), storageClass: fc.constantFrom("A", "B") }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("delete-bucket") }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("update-bucket"),
      versioning: fc.constantFrom("Enabled", "Suspended"),
      cors: fc.constantFrom(null, "<a/>"),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant("put"),
      key,
      sizeBytes,
      objectType: fc.constantFrom("Normal", "Normal", "Symlink"),
      forbidOverwrite: seldom,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("append"),
      key,
      sizeBytes: fc.option(sizeBytes, { nil: undefined, freq: 5 }),
      beyondEndBytes: fc.constantFrom(0, 0, 0, 3),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("change"),
      key,
      version,
      acl: fc.constantFrom("private", "default"),
      isStale: seldom,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constant("delete"), deletions: fc.array(deletion, { maxLength: 3 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("list"),
      delimiter: fc.constantFrom("", "/"),
      keyMarker: fc.oneof(fc.constant(""), key),
      version,
      limit: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("create-upload"),
      key,
      isSequential: fc.boolean(),
      forbidOverwrite: seldom,
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      type: fc.constant("put-part"),
      uploadIndex,
      partNumber: fc.option(partNumber, { nil: undefined, freq: 2 }),
      sizeBytes,
      followsRightPart: seldom.map((isWrong) => !isWrong),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant("complete"),
      uploadIndex,
      leftOut: fc.array(partNumber, { maxLength: 2 }),
      wrong: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, fc.array(partNumber, { maxLength: 1 })),
      partSizeMinBytes: fc.constantFrom(0, 0, 5),
      forbidOverwrite: seldom,
      md5: fc.constantFrom(undefined, "0123"),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("abort"), uploadIndex }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("wait-and-collect") }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("reopen") }) },
];

/** A sequence of actions that begins with a bucket, half of the time with versioning. */
export const actions: fc.Arbitrary<readonly Action[]> = fc
  .tuple(
    fc.boolean(),
    fc.array(fc.oneof(...weighted), { minLength: 5, maxLength: ACTION_COUNT_MAX, size: "max" }),
  )
  .map(([isVersioned, rest]): readonly Action[] => [
    { type: "create-bucket", storageClass: "A" },
    ...(isVersioned ? [{ type: "update-bucket", versioning: "Enabled", cors: null } as const] : []),
    ...rest,
  ]);

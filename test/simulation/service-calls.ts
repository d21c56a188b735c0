// The calls that a random sequence is made of. Uploads are named by slot, versions by their place, ETags, times and
// positions by what the model knows when the call is made, so that a sequence stays meaningful while it shrinks.
import type { Tags } from "./model-records.ts";

export type Versioning = "Enabled" | "Suspended";

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

/** By number: how many newer versions of the key there are, and around. `gone`: one that was there, or at least an id. */
export type VersionChoice = "current" | "gone" | "null" | number;

/** `next`: the one behind the last that is there. */
export type PartNumber = "next" | number;

/** Which sum is sent that is not the body's. */
export type Damage = "crc64" | "md5" | "none";

export type PartChoice = "absent" | "all" | "first" | "listed" | "reversed" | "without first" | "wrong ETag";

export interface Page {
  readonly prefix: string;
  readonly delimiter: string;
  readonly after: string;
  readonly limit: number;
}

interface Writing {
  readonly forbidOverwrite: boolean;
}

interface Reading {
  readonly condition: Condition | null;
}

interface Sending {
  readonly body: Body;
  readonly damage: Damage;
}

interface Described {
  readonly note: string;
  readonly tags: Tags;
}

export interface NamedVersion {
  readonly key: string;
  readonly version: VersionChoice;
}

interface Source {
  readonly source: NamedVersion;
}

type Nothing = Readonly<Record<never, never>>;

export interface BucketCalls {
  readonly createBucket: Nothing;
  readonly deleteBucket: Nothing;
  readonly setVersioning: { readonly status: Versioning };
  readonly getVersioning: Nothing;
  readonly restart: Nothing;
}

export interface ObjectCalls {
  readonly putObject: { readonly key: string; readonly body: Body } & Described & Writing;
  /** At the end of the object, or `offset` bytes beside it. */
  readonly appendObject: { readonly key: string; readonly offset: number } & Described & Sending;
  /** Tags of null, and an empty note, are the source's. */
  readonly copyObject: {
    readonly key: string;
    readonly note: string;
    readonly tags: Tags | null;
  } & Reading &
    Source &
    Writing;
  readonly getObject: { readonly range: Range; readonly isStandard: boolean } & NamedVersion & Reading;
  readonly headObject: NamedVersion & Reading;
  readonly getObjectMeta: NamedVersion;
  readonly deleteObject: NamedVersion;
  readonly deleteObjects: { readonly objects: readonly NamedVersion[] };
  readonly putTags: { readonly tags: Tags } & NamedVersion;
  readonly getTags: NamedVersion;
  readonly deleteTags: NamedVersion;
}

export interface UploadCalls {
  readonly initiate: {
    readonly slot: number;
    readonly key: string;
    readonly isSequential: boolean;
  } & Described &
    Writing;
  readonly uploadPart: { readonly slot: number; readonly partNumber: PartNumber } & Sending;
  readonly uploadPartCopy: {
    readonly slot: number;
    readonly partNumber: PartNumber;
    readonly range: Range;
  } & Reading &
    Source;
  readonly complete: { readonly slot: number; readonly choice: PartChoice } & Writing;
  readonly abort: { readonly slot: number };
  readonly listParts: { readonly slot: number; readonly limit: number; readonly afterPartNumber: number };
}

export interface ListingCalls {
  readonly listObjects: { readonly page: Page };
  readonly listObjectsV2: { readonly page: Page };
  /** Behind the version of `page.after`; `current` for none. */
  readonly listVersions: { readonly page: Page; readonly markerVersion: VersionChoice };
  readonly listUploads: { readonly page: Page; readonly markerSlot: number };
}

export interface Calls extends BucketCalls, ListingCalls, ObjectCalls, UploadCalls {}

export type Call = { [Name in keyof Calls]: { readonly call: Name } & Calls[Name] }[keyof Calls];

/** One function for each of `Group`'s calls. */
export type Answers<Group, Context, Answer> = {
  readonly [Name in keyof Group]: (call: Group[Name], context: Context) => Answer;
};

/** What the function for this call answers. */
export function answerOf<Context, Answer>(
  answers: Answers<Calls, Context, Answer>,
  call: Call,
  context: Context,
): Answer {
  // The compiler does not see that the function found by a call's name takes that very call.
  const answer = answers[call.call] as (call: Call, context: Context) => Answer;
  return answer(call, context);
}

/** Shared prefixes, and characters that an XML document, a query or a path could mistake. */
export const keys = ["a", "a/b", "a/b/c d", "a/b+%41", "a\u0001", "ab", "b/\u{1f600}", "é"] as const;
export const slots = [0, 1, 2] as const;
/** Means what was opened in it, whatever became of that; the others mean what is open, where anything is. */
export const STRICT_SLOT = 2;

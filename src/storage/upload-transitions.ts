// The state machine of uploads. Each transition is one pure function: it gets the state that it finds and what was asked,
// and refuses or says what changes. The adapters look the state up and carry the changes out, both in one transaction, so
// every store decides alike.
//
//     ─ initiate ─▶ open ─ part, again and again ─▶ open ─┬─ complete ─▶ ended, and an object is published
//                                                         └─ abort ────▶ ended
//
// A lifecycle rule that ends an upload is an abort. An ended upload is as one that never was, but for its outcome.
import { assertInSequence } from "./assert-in-sequence.ts";
import type { BlobId } from "./blob-store.ts";
import type { Completion, UploadRules } from "./metadata-store.ts";
import type { UnpublishedObject } from "./plan-append.ts";
import { type PlannedPart, planCompletion } from "./plan-completion.ts";
import { assertMayPublish, type PublicationTarget } from "./publication.ts";
import type { ObjectRecord, PartRecord, UploadId, UploadOutcome, UploadRecord } from "./records.ts";
import { tooManyUploads, uploadMissing } from "./refusals.ts";

/** An open upload as its store has it. What a transition does not ask for is not read, for parts come by the thousand. */
export interface OpenUploadState<Part extends PlannedPart = PlannedPart> {
  readonly isSequential: boolean;
  record(): UploadRecord;
  readonly held: HeldParts;
  /** In ascending order. */
  parts(): readonly Part[];
  part(partNumber: number): Pick<PartRecord, "blobId" | "sizeBytes"> | undefined;
  /** 0 when there is no part. */
  lastPartNumber(): number;
}

export interface HeldParts {
  readonly partCount: number;
  readonly heldBytes: number;
}

export interface PartChanges {
  /** Has its number now, and is dropped. */
  readonly replaced: Pick<PartRecord, "blobId" | "sizeBytes"> | undefined;
  readonly held: HeldParts;
}

export interface CompletionChanges<Part extends PlannedPart> {
  /** To be published with the upload's parts, without those that are dropped. */
  readonly object: UnpublishedObject;
  readonly published: readonly Part[];
  readonly dropped: readonly Part[];
}

/** @throws {StorageError} object-exists, too-many-uploads */
export function initiate(
  { holder }: UploadRecord,
  state: {
    readonly target: PublicationTarget;
    /** How many uploads the holder has open. */
    readonly openCount: () => number;
  },
  options: UploadRules,
): HeldParts {
  assertMayPublish(state.target, options);
  const { openCountMax = Number.POSITIVE_INFINITY } = options;
  if (holder !== undefined && state.openCount() >= openCountMax) {
    throw tooManyUploads(holder, openCountMax);
  }
  return { partCount: 0, heldBytes: 0 };
}

/**
 * @param follows  of a sequential upload: the blob of the part before this one, as its sender knew it
 * @throws {StorageError} upload-missing, part-not-sequential
 */
export function takePart(
  state: OpenUploadState | undefined,
  {
    upload,
    part,
    follows,
  }: { readonly upload: UploadId; readonly part: PartRecord; readonly follows?: BlobId },
): PartChanges {
  const open = asOpen(state, upload);
  const { partNumber, sizeBytes } = part;
  if (open.isSequential) {
    const lastPartNumber = open.lastPartNumber();
    const blobBefore = open.part(partNumber - 1)?.blobId;
    assertInSequence({ upload, partNumber, lastPartNumber, blobBefore, follows });
  }
  const replaced = open.part(partNumber);
  const { partCount, heldBytes } = open.held;
  return {
    replaced,
    held: {
      partCount: partCount + (replaced === undefined ? 1 : 0),
      heldBytes: heldBytes + sizeBytes - (replaced?.sizeBytes ?? 0),
    },
  };
}

/** @throws {StorageError} upload-missing, part-mismatch, part-too-small, object-exists */
export function complete<Part extends PlannedPart>(
  state: OpenUploadState<Part> | undefined,
  target: () => PublicationTarget,
  completion: Completion,
): CompletionChanges<Part> {
  const { upload, etag, completedAtMs, md5, acl } = completion;
  const open = asOpen(state, upload);
  const { published, dropped, sizeBytes, crc64 } = planCompletion(open.parts(), completion);
  assertMayPublish(target(), completion);
  const { bucket, key, attributes } = open.record();
  const facts = {
    bucket,
    key,
    sizeBytes,
    crc64,
    etag,
    type: "Multipart",
    modifiedAtMs: completedAtMs,
  } as const;
  return {
    published,
    dropped,
    object: {
      ...facts,
      ...(md5 === undefined ? {} : { md5 }),
      attributes: acl === undefined ? attributes : { ...attributes, acl },
    },
  };
}

/** What is written down of a completion. @param object  as it was published */
export function outcomeOf(object: ObjectRecord, { fingerprint, completedAtMs }: Completion): UploadOutcome {
  return {
    ...{ type: "completed", object, endedAtMs: completedAtMs },
    ...(fingerprint === undefined ? {} : { fingerprint }),
  };
}

/** All parts are dropped. @throws {StorageError} upload-missing */
export function abort(state: OpenUploadState | undefined, upload: UploadId, nowMs: number): UploadOutcome {
  asOpen(state, upload);
  return { type: "aborted", endedAtMs: nowMs };
}

/** @throws {StorageError} upload-missing */
export function asOpen<State>(state: State | undefined, upload: UploadId): State {
  if (state === undefined) {
    throw uploadMissing(upload);
  }
  return state;
}

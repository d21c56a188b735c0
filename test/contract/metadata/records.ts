// Records for tests: each differs from the usual one only in what the test is about.
import { createHash } from "node:crypto";
import type {
  Append,
  BucketRecord,
  Completion,
  ListedVersion,
  MetadataStore,
  NewObject,
  ObjectAttributes,
  PartRecord,
  UploadRecord,
} from "../../../src/storage/index.ts";

export const BUCKET = "photos";
export const NOW_MS = 1_760_000_000_000;
export const PART_SIZE_MIN_BYTES = 102_400;
const ATTRIBUTES: ObjectAttributes = {
  standard: { contentType: "image/jpeg" },
  user: { colour: "blau-grün", empty: "" },
  tags: { album: "cats" },
};

let lastSequence = 0;

/** A blob id that no other test uses. */
export function newBlobId(): string {
  lastSequence += 1;
  return `900/${lastSequence}`;
}

/** An upload id that no other test uses. */
export function newUploadId(): string {
  lastSequence += 1;
  return lastSequence.toString(16).toUpperCase().padStart(32, "0");
}

export function md5Of(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

export function bucketRecord(facts: Partial<BucketRecord> = {}): BucketRecord {
  return {
    ...{ name: BUCKET, acl: "private", storageClass: "Standard", dataRedundancyType: "LRS" },
    ...{ createdAtMs: NOW_MS, configurations: {}, ...facts },
  };
}

/** An object of one extent of 10 bytes. */
export function newObject(facts: Partial<NewObject> = {}): NewObject {
  const blobId = newBlobId();
  return {
    bucket: BUCKET,
    key: "cat.jpg",
    etag: md5Of(blobId).toUpperCase(),
    md5: md5Of(blobId),
    crc64: 0xffff_ffff_ffff_fffen,
    extents: [{ blobId, sizeBytes: 10 }],
    type: "Normal",
    attributes: ATTRIBUTES,
    modifiedAtMs: NOW_MS,
    forbidOverwrite: false,
    ...facts,
  };
}

/** 10 bytes at the beginning of an object. */
export function newAppend(facts: Partial<Append> = {}): Append {
  const blobId = newBlobId();
  return {
    ...{ bucket: BUCKET, key: "cat.log", positionBytes: 0, extent: { blobId, sizeBytes: 10 } },
    ...{ crc64: 0xffff_ffff_ffff_fffen, etag: md5Of(blobId).toUpperCase() },
    ...{ attributes: ATTRIBUTES, modifiedAtMs: NOW_MS, ...facts },
  };
}

export function uploadRecord(facts: Partial<UploadRecord> = {}): UploadRecord {
  return {
    bucket: BUCKET,
    key: "cat.jpg",
    uploadId: newUploadId(),
    attributes: ATTRIBUTES,
    initiatedAtMs: NOW_MS,
    isSequential: false,
    ...facts,
  };
}

export function partRecord(partNumber: number, facts: Partial<PartRecord> = {}): PartRecord {
  const blobId = facts.blobId ?? newBlobId();
  return {
    partNumber,
    blobId,
    sizeBytes: PART_SIZE_MIN_BYTES,
    md5: md5Of(blobId),
    crc64: (BigInt(partNumber) * 0x1234_5678_9abc_def1n) & 0xffff_ffff_ffff_ffffn,
    createdAtMs: NOW_MS,
    ...facts,
  };
}

export function completionOf(
  upload: UploadRecord,
  parts: readonly PartRecord[],
  facts: Partial<Completion> = {},
): Completion {
  const { bucket, key, uploadId } = upload;
  return {
    upload: { bucket, key, uploadId },
    parts: parts.map(({ partNumber, md5 }) => ({ partNumber, md5 })),
    etag: `${md5Of(uploadId).toUpperCase()}-${parts.length}`,
    partSizeMinBytes: PART_SIZE_MIN_BYTES,
    forbidOverwrite: false,
    completedAtMs: NOW_MS + 1_000,
    ...facts,
  };
}

/** A store's own open upload with these parts in it. */
export async function openUpload(
  store: MetadataStore,
  { parts, ...facts }: Partial<UploadRecord> & { readonly parts: readonly PartRecord[] },
): Promise<UploadRecord> {
  const upload = uploadRecord(facts);
  await store.createUpload(upload, { forbidOverwrite: false });
  await Promise.all(parts.map((part) => store.putPart(upload, part)));
  return upload;
}

/** All versions of a key, the newest first. */
export async function versionsOf(store: MetadataStore, key: string): Promise<readonly ListedVersion[]> {
  const page = { delimiter: "", keyMarker: "", versionIdMarker: "", limit: 1_000 };
  const { versions } = await store.listVersions(BUCKET, { ...page, prefix: key });
  return versions.filter(({ version }) => version.key === key);
}

/** Their ids, the newest first. */
export async function versionIdsOf(store: MetadataStore, key: string): Promise<readonly string[]> {
  return (await versionsOf(store, key)).map(({ version }) => version.versionId);
}

/** Every blob in the queue, due or not, in no order that means anything. */
export async function allGarbage(store: MetadataStore): Promise<readonly string[]> {
  const ids = await store.listGarbage({ nowMs: Number.MAX_SAFE_INTEGER, limit: 1_000_000 });
  return [...ids].sort();
}

// What a store has after operations met in it: what clients can see, and whether every blob has one owner.
import assert from "node:assert/strict";
import { crc64 } from "../../../src/protocol/crc64/crc64.ts";
import { GarbageCollector } from "../../../src/storage/garbage-collector.ts";
import type { ListedUpload, ListedVersion, MetadataStore } from "../../../src/storage/index.ts";
import { LONG_AFTER_MS, type StoreHalves, UPLOAD } from "./world-content.ts";

/** There are a few entries of each kind. */
const WHOLE_LISTING = { prefix: "", delimiter: "", keyMarker: "", limit: 100 };
const ALL_PARTS = { afterPartNumber: 0, limit: 100 };

/** Collects at a moment of its own, whatever time the store has. */
export function collectorAt(nowMs: number, store: StoreHalves): GarbageCollector {
  return new GarbageCollector({
    ...{ metadata: store.metadata, blobs: store.blobs, now: () => nowMs, collectEveryMs: "never" },
    reportError: (error) => {
      throw error;
    },
  });
}

/**
 * stored = live + open + queued, each blob once; and when the queue was worked off, stored = live + open.
 *
 * @param leaseIds  of all runs that wrote into the store
 */
export async function assertEquation(store: StoreHalves, leaseIds: readonly string[]): Promise<void> {
  const { metadata } = store;
  const queued = await metadata.listGarbage({ nowMs: Number.MAX_SAFE_INTEGER, limit: 1_000 });
  const used = [...(await liveBlobs(metadata)), ...(await openBlobs(metadata))].toSorted();
  const stored = await storedBlobs(store, leaseIds);
  // A process that was lost may have deleted what it could not take off the queue any more.
  const there = queued.filter((id) => stored.includes(id));
  assert.deepEqual([...used, ...there].toSorted(), stored, "stored is not live + open + queued");

  await collectorAt(LONG_AFTER_MS, store).deleteDue();
  assert.deepEqual(used, await storedBlobs(store, leaseIds), "stored is not live + open");
}

/** All that a client can see, in words that do not depend on the order of what was given a number. */
export async function snapshotOf(store: StoreHalves): Promise<unknown> {
  const { metadata } = store;
  const { versions } = await metadata.listVersions(UPLOAD.bucket, { ...WHOLE_LISTING, versionIdMarker: "" });
  const { uploads } = await metadata.listUploads(UPLOAD.bucket, { ...WHOLE_LISTING, uploadIdMarker: "" });
  const outcome = await metadata.getOutcome(UPLOAD);
  return {
    versions: await Promise.all(versions.map((listed) => describeVersion(store, listed))),
    uploads: await Promise.all(uploads.map((upload) => describeUpload(store, upload))),
    outcome: outcome?.type === "completed" ? outcome.object.etag : outcome?.type,
  };
}

async function describeVersion(store: StoreHalves, { version }: ListedVersion): Promise<readonly unknown[]> {
  const { key, type } = version;
  const opened = await store.metadata.openObject(version);
  if (opened === undefined || opened.version.type === "DeleteMarker") {
    return [key, type];
  }
  const { sizeBytes, etag } = opened.version;
  const sum = await sumOf(store, opened.extents);
  assert.deepEqual(sum, { sizeBytes, crc64: opened.version.crc64 }, `${key} does not have its own bytes`);
  return [key, type, etag, String(sum.crc64)];
}

async function describeUpload(store: StoreHalves, upload: ListedUpload): Promise<readonly unknown[]> {
  const { parts } = await store.metadata.listParts(upload, ALL_PARTS);
  const heldBytes = parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  assert.deepEqual([upload.partCount, upload.heldBytes], [parts.length, heldBytes], "what an upload holds");
  return Promise.all(
    parts.map(async (part) => {
      const { partNumber, sizeBytes, md5 } = part;
      assert.deepEqual(await sumOf(store, [part]), { sizeBytes, crc64: part.crc64 }, "a part's own bytes");
      return [partNumber, md5];
    }),
  );
}

async function sumOf(
  { blobs }: StoreHalves,
  extents: readonly { readonly blobId: string; readonly sizeBytes: number }[],
): Promise<{ readonly sizeBytes: number; readonly crc64: bigint }> {
  let sum = 0n;
  let sizeBytes = 0;
  for (const extent of extents) {
    await using reader = await blobs.open(extent.blobId);
    // One more than there should be.
    const bytes = new Uint8Array(extent.sizeBytes + 1);
    const readBytes = await reader.read(0, bytes);
    sizeBytes += readBytes;
    sum = crc64(bytes.subarray(0, readBytes), sum);
  }
  return { sizeBytes, crc64: sum };
}

async function storedBlobs({ blobs }: StoreHalves, leaseIds: readonly string[]): Promise<readonly string[]> {
  const stored: string[] = [];
  for (const leaseId of leaseIds) {
    for await (const id of blobs.list(leaseId)) {
      stored.push(id);
    }
  }
  return stored.toSorted();
}

async function liveBlobs(metadata: MetadataStore): Promise<readonly string[]> {
  const { versions } = await metadata.listVersions(UPLOAD.bucket, { ...WHOLE_LISTING, versionIdMarker: "" });
  const opened = await Promise.all(versions.map(({ version }) => metadata.openObject(version)));
  return opened.flatMap((each) => each?.extents.map(({ blobId }) => blobId) ?? []);
}

async function openBlobs(metadata: MetadataStore): Promise<readonly string[]> {
  const { uploads } = await metadata.listUploads(UPLOAD.bucket, { ...WHOLE_LISTING, uploadIdMarker: "" });
  const pages = await Promise.all(uploads.map((upload) => metadata.listParts(upload, ALL_PARTS)));
  return pages.flatMap(({ parts }) => parts.map(({ blobId }) => blobId));
}

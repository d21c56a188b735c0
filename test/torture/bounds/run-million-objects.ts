// A bucket of a million objects and 10,000 open uploads: the server over it starts at once, and every listing is exact.
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Bucket } from "../../../src/client/node/index.ts";
import { openEmbeddedStore, type Store } from "../../../src/storage/index.ts";
import { BUCKET, bucketRecord, newObject, uploadRecord } from "../../contract/metadata/records.ts";
import { serveFolder } from "../../e2e/server-process.ts";

const OPEN_UPLOADS = 10_000;
const OBJECTS_PER_FOLDER = 1_000;
/** Of the calls that are made at the same time, and so share their commits. */
const CALLS_AT_ONCE = 4_096;
const START_MAX_MS = 2_000;
const PAGE_SIZE = 1_000;
const WORKERS = ["--workers", "2"];

export interface MillionObjectsOptions {
  readonly folder: string;
  readonly objectCount: number;
  readonly log: (line: string) => void;
}

export async function runMillionObjects(options: MillionObjectsOptions): Promise<void> {
  const { folder, objectCount, log } = options;
  await fill(join(folder, "full"), objectCount, log);
  const emptyStartMs = await timeStart(join(folder, "empty"));
  const startedAtMs = Date.now();
  await using server = await serveFolder(join(folder, "full"), WORKERS);
  const startMs = Date.now() - startedAtMs;
  log(`the server listened after ${startMs} ms, over an empty folder after ${emptyStartMs} ms`);
  const bucket = server.bucket(BUCKET);
  await assertListing(bucket, objectCount, log);
  await assertFolders(bucket, objectCount);
  await assertUploads(bucket, log);
  assert.equal(await server.stop(), 0, server.stderr());
  // On a busy machine, no server starts in the time that this one has on an idle one.
  const limitMs = Math.max(START_MAX_MS, 2 * emptyStartMs);
  assert.ok(startMs <= limitMs, `the server took ${startMs} ms to start`);
}

async function timeStart(folder: string): Promise<number> {
  const startedAtMs = Date.now();
  await using server = await serveFolder(folder, WORKERS);
  const tookMs = Date.now() - startedAtMs;
  await server.stop();
  return tookMs;
}

function keyOf(index: number): string {
  const folder = Math.floor(index / OBJECTS_PER_FOLDER);
  return `folder-${String(folder).padStart(4, "0")}/object-${String(index).padStart(7, "0")}`;
}

async function fill(folder: string, objectCount: number, log: (line: string) => void): Promise<void> {
  const startedAtMs = Date.now();
  await using store = await openEmbeddedStore(folder, { collectEveryMs: "never" });
  await store.metadata.createBucket(bucketRecord());
  await inBatches(objectCount, (index) => putEmptyObject(store, keyOf(index)));
  await inBatches(OPEN_UPLOADS, (index) => openUpload(store, index));
  log(`${objectCount} objects and ${OPEN_UPLOADS} uploads made in ${Date.now() - startedAtMs} ms`);
}

async function inBatches(count: number, act: (index: number) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < count; from += CALLS_AT_ONCE) {
    const batchSize = Math.min(CALLS_AT_ONCE, count - from);
    await Promise.all(Array.from({ length: batchSize }, (_, offset) => act(from + offset)));
  }
}

function putEmptyObject({ metadata }: Store, key: string): Promise<unknown> {
  return metadata.putObject(newObject({ key, extents: [] }));
}

function openUpload({ metadata }: Store, index: number): Promise<void> {
  const uploadId = index.toString(16).toUpperCase().padStart(32, "0");
  return metadata.createUpload(uploadRecord({ key: keyOf(index), uploadId }), { forbidOverwrite: false });
}

async function assertListing(
  bucket: Bucket,
  objectCount: number,
  log: (line: string) => void,
): Promise<void> {
  const tookMs: number[] = [];
  let listedCount = 0;
  let startAfter = "";
  for (let isTruncated = true; isTruncated; ) {
    const startedAtMs = performance.now();
    const page = await bucket.listObjectsV2({ maxKeys: PAGE_SIZE, startAfter });
    tookMs.push(performance.now() - startedAtMs);
    for (const { key } of page.objects) {
      assert.equal(key, keyOf(listedCount));
      listedCount += 1;
    }
    startAfter = page.objects.at(-1)?.key ?? "";
    isTruncated = page.isTruncated;
  }
  assert.equal(listedCount, objectCount);
  tookMs.sort((left, right) => left - right);
  const [median = 0, last = 0] = [tookMs[Math.floor(tookMs.length / 2)], tookMs.at(-1)];
  log(
    `${tookMs.length} pages of ${PAGE_SIZE}: ${median.toFixed(0)} ms in the median, ${last.toFixed(0)} ms at most`,
  );
}

async function assertFolders(bucket: Bucket, objectCount: number): Promise<void> {
  const page = await bucket.listObjectsV2({ maxKeys: PAGE_SIZE, delimiter: "/" });
  const folderCount = Math.ceil(objectCount / OBJECTS_PER_FOLDER);
  assert.equal(page.commonPrefixes.length, Math.min(PAGE_SIZE, folderCount));
}

async function assertUploads(bucket: Bucket, log: (line: string) => void): Promise<void> {
  const startedAtMs = performance.now();
  let listedCount = 0;
  let markers: { keyMarker?: string; uploadIdMarker?: string } = {};
  for (let isTruncated = true; isTruncated; ) {
    const page = await bucket.listMultipartUploads({ maxUploads: PAGE_SIZE, ...markers });
    for (const { key } of page.uploads) {
      assert.equal(key, keyOf(listedCount));
      listedCount += 1;
    }
    markers = { keyMarker: page.nextKeyMarker ?? "", uploadIdMarker: page.nextUploadIdMarker ?? "" };
    isTruncated = page.isTruncated;
  }
  assert.equal(listedCount, OPEN_UPLOADS);
  log(`${OPEN_UPLOADS} uploads listed in ${Math.round(performance.now() - startedAtMs)} ms`);
}

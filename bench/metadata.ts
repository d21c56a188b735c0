// What does the embedded store's metadata cost? node bench/metadata.ts [folder]
//
// Each acknowledged part is a commit on the disk, so the disk decides; the raw sync beside it says how fast that is.

import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SqliteMetadataStore } from "../src/storage/embedded/sqlite-metadata-store.ts";
import type { MetadataStore, PartRecord } from "../src/storage/index.ts";

const ROUND_COUNT = 7;
const ROUND_MS = 1_000;
const PART_COUNT = 10_000;
const PART_SIZE_BYTES = 8 * 1024 * 1024;
const RANGE_COUNT = 100;
const CALLER_COUNTS = [1, 64];
const BUCKET = {
  ...{ name: "bench", acl: "private", storageClass: "Standard", dataRedundancyType: "LRS", createdAtMs: 0 },
  configurations: {},
};
const ATTRIBUTES = { standard: {}, user: {}, tags: {} };

let lastSequence = 0;

const folder = await mkdtemp(join(process.argv[2] ?? tmpdir(), "partwise-bench-"));
try {
  await using store = await SqliteMetadataStore.open(join(folder, "metadata.sqlite"), Date.now);
  await store.createBucket(BUCKET);
  const rivals = new Map<string, () => Promise<number>>([
    ["raw fdatasync", () => syncRate(join(folder, "raw"))],
  ]);
  for (const callerCount of CALLER_COUNTS) {
    rivals.set(`putPart, ${callerCount} callers`, () => putPartRate(store, callerCount));
  }
  const rates = new Map<string, number[]>([...rivals.keys()].map((name) => [name, []]));
  for (let round = 0; round < ROUND_COUNT; round++) {
    for (const [name, measure] of rivals) {
      rates.get(name)?.push(await measure());
    }
  }
  for (const [name, ofName] of rates) {
    console.log(`${name.padEnd(20)} ${describeRounds(ofName)} /s`);
  }
  const completions: number[] = [];
  const overwrites: number[] = [];
  const openings: number[] = [];
  const rangeOpenings: number[] = [];
  for (let round = 0; round < ROUND_COUNT; round++) {
    const { completeMs, openMs, openRangeMs, overwriteMs } = await completeOpenAndOverwrite(store);
    completions.push(completeMs);
    openings.push(openMs);
    rangeOpenings.push(openRangeMs);
    overwrites.push(overwriteMs);
  }
  console.log(`complete 10,000 parts ${describeRounds(completions)} ms`);
  console.log(`open an object of 10,000 parts ${describeRounds(openings)} ms`);
  console.log(`open it for a range, mean of ${RANGE_COUNT} ${describeRounds(rangeOpenings, 2)} ms`);
  console.log(`overwrite an object of 10,000 parts ${describeRounds(overwrites)} ms`);
} finally {
  await rm(folder, { recursive: true });
}

/** Appends and syncs of 256 bytes, one after another. */
async function syncRate(path: string): Promise<number> {
  const handle = await open(path, "a");
  const bytes = new Uint8Array(256);
  const rate = await rateOf(1, async () => {
    await handle.write(bytes);
    await handle.datasync();
  });
  await handle.close();
  return rate;
}

async function putPartRate(store: MetadataStore, callerCount: number): Promise<number> {
  const upload = await openUpload(store);
  let partNumber = 0;
  const rate = await rateOf(callerCount, () => {
    partNumber += 1;
    return store.putPart(upload, newPart(1 + (partNumber % PART_COUNT)));
  });
  await store.abortUpload(upload);
  await forgetAllGarbage(store);
  return rate;
}

async function completeOpenAndOverwrite(
  store: MetadataStore,
): Promise<{ completeMs: number; openMs: number; openRangeMs: number; overwriteMs: number }> {
  const upload = await openUpload(store);
  const parts = Array.from({ length: PART_COUNT }, (_, index) => newPart(index + 1));
  await Promise.all(parts.map((part) => store.putPart(upload, part)));
  const rest = { etag: "E", partSizeMinBytes: 1, forbidOverwrite: false, completedAtMs: 0 };
  const completeMs = await elapsedMs(() => store.completeUpload({ upload, parts, ...rest }));
  const openMs = await elapsedMs(() => store.openObject({ bucket: BUCKET.name, key: "key" }));
  const openRangeMs = (await elapsedMs(() => openRanges(store))) / RANGE_COUNT;
  const overwriteMs = await elapsedMs(() =>
    store.putObject({
      ...{ bucket: BUCKET.name, key: "key", etag: "E", md5: "", crc64: 0n, extents: [], type: "Normal" },
      ...{ attributes: ATTRIBUTES, modifiedAtMs: 0, forbidOverwrite: false },
    }),
  );
  await forgetAllGarbage(store);
  return { completeMs, openMs, openRangeMs, overwriteMs };
}

/** Of 100 bytes, evenly over the object. */
async function openRanges(store: MetadataStore): Promise<void> {
  for (let index = 0; index < RANGE_COUNT; index++) {
    const start = Math.floor((index / RANGE_COUNT) * PART_COUNT * PART_SIZE_BYTES);
    await store.openObject({ bucket: BUCKET.name, key: "key" }, { start, endExclusive: start + 100 });
  }
}

async function rateOf(callerCount: number, call: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  let callCount = 0;
  const caller = async (): Promise<void> => {
    while (performance.now() - startMs < ROUND_MS) {
      await call();
      callCount += 1;
    }
  };
  await Promise.all(Array.from({ length: callerCount }, caller));
  return (callCount / (performance.now() - startMs)) * 1_000;
}

async function elapsedMs(call: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await call();
  return performance.now() - startMs;
}

async function openUpload(store: MetadataStore): Promise<{ bucket: string; key: string; uploadId: string }> {
  lastSequence += 1;
  const id = { bucket: BUCKET.name, key: "key", uploadId: String(lastSequence) };
  const upload = { ...id, attributes: ATTRIBUTES, initiatedAtMs: 0, isSequential: false };
  await store.createUpload(upload, { forbidOverwrite: false });
  return id;
}

function newPart(partNumber: number): PartRecord {
  lastSequence += 1;
  const md5 = String(lastSequence).padStart(32, "0");
  return {
    partNumber,
    blobId: `1/${lastSequence}`,
    sizeBytes: PART_SIZE_BYTES,
    md5,
    crc64: 1n,
    createdAtMs: 0,
  };
}

async function forgetAllGarbage(store: MetadataStore): Promise<void> {
  await store.forgetGarbage(await store.listGarbage({ nowMs: Number.MAX_SAFE_INTEGER, limit: 1_000_000 }));
}

/** The median, and between which values the rounds lie. */
function describeRounds(values: readonly number[], digits = 0): string {
  const sorted = values.toSorted((first, second) => first - second).map((value) => value.toFixed(digits));
  return `${sorted[Math.floor(sorted.length / 2)]} [${sorted[0]} – ${sorted.at(-1)}]`;
}

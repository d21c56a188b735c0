// What do segments gain? node bench/blobs.ts [folder]
//
// Blobs of 128 KiB, 32 in flight, each durable before the next of its writer begins: as records of segments, and as a
// file each, in turns within one run. Beside them what the disk can do at all.
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileBlobStore } from "../src/storage/embedded/file-blob-store.ts";
import type { BlobStore } from "../src/storage/index.ts";

const ROUND_COUNT = 7;
const ROUND_MS = 1_500;
const WRITER_COUNT = 32;
const BLOB_BYTES = 131_072;
/** Declared to be longer than a record can be, so that the store gives it a file of its own. */
const DECLARED_FOR_FILE_BYTES = 1_048_577;
const TARGET_RATIO = 5;

const folder = await mkdtemp(join(process.argv[2] ?? tmpdir(), "partwise-bench-"));
const bytes = Buffer.alloc(BLOB_BYTES, "partwise");
try {
  let lastLease = 0;
  const leases = { openLease: async () => String(++lastLease) };
  const root = join(folder, "blobs");
  await using blobs = await FileBlobStore.open({ root, leases, reportError: console.error });
  const rivals = new Map<string, () => Promise<number>>([
    ["raw: write 4 MiB, fdatasync", () => rawRate(join(folder, "raw"))],
    ["a file for each blob", () => blobRate(blobs, DECLARED_FOR_FILE_BYTES)],
    ["records of segments", () => blobRate(blobs, BLOB_BYTES)],
  ]);
  const rates = new Map<string, number[]>([...rivals.keys()].map((name) => [name, []]));
  const cpuMs = new Map<string, number[]>([...rivals.keys()].map((name) => [name, []]));
  for (let round = 0; round < ROUND_COUNT; round += 1) {
    for (const [name, measure] of rivals) {
      const before = process.cpuUsage();
      const rate = await measure();
      const { user, system } = process.cpuUsage(before);
      rates.get(name)?.push(rate);
      cpuMs.get(name)?.push((user + system) / 1_000 / ((rate * ROUND_MS) / 1_000));
    }
  }
  console.log(
    `${BLOB_BYTES / 1_024} KiB, ${WRITER_COUNT} in flight, durable; medians of ${ROUND_COUNT} rounds`,
  );
  for (const [name, ofName] of rates) {
    const sorted = ofName.toSorted((first, second) => first - second);
    const [slowest = 0, fastest = 0] = [sorted[0], sorted.at(-1)];
    const cpu = median((cpuMs.get(name) ?? []).toSorted((first, second) => first - second));
    console.log(
      `${name.padEnd(30)} ${median(sorted).toFixed(0).padStart(6)} blobs/s  (${slowest.toFixed(0)} – ${fastest.toFixed(0)})  ${cpu.toFixed(2)} ms CPU a blob`,
    );
  }
  const ratios = (rates.get("records of segments") ?? []).map(
    (rate, round) => rate / (rates.get("a file for each blob")?.[round] ?? Number.NaN),
  );
  const ratio = median(ratios.toSorted((first, second) => first - second));
  console.log(
    `segments : files = ${ratio.toFixed(1)}, by rounds ${ratios.map((each) => each.toFixed(1)).join(" ")}`,
  );
  console.log(`target ${TARGET_RATIO}: ${ratio >= TARGET_RATIO ? "reached" : "missed"}`);
} finally {
  await rm(folder, { recursive: true });
}

/** Durable blobs a second. */
async function blobRate(blobs: BlobStore, sizeBytes: number): Promise<number> {
  const startedAtMs = performance.now();
  const written: string[] = [];
  await Promise.all(
    Array.from({ length: WRITER_COUNT }, async () => {
      while (performance.now() - startedAtMs < ROUND_MS) {
        const writer = await blobs.create({ sizeBytes });
        await writer.write(bytes);
        await writer.commit();
        written.push(writer.id);
      }
    }),
  );
  const rate = (written.length * 1_000) / (performance.now() - startedAtMs);
  await blobs.delete(written);
  await blobs.reclaim();
  return rate;
}

/** As many bytes as all writers have in flight, with one call and one sync: what the disk gives at best. */
async function rawRate(path: string): Promise<number> {
  const batch = Buffer.alloc(WRITER_COUNT * BLOB_BYTES, "partwise");
  const handle = await open(path, "w");
  try {
    const startedAtMs = performance.now();
    let batchCount = 0;
    while (performance.now() - startedAtMs < ROUND_MS) {
      await handle.write(batch, 0, batch.length, batchCount * batch.length);
      await handle.datasync();
      batchCount += 1;
    }
    return (batchCount * WRITER_COUNT * 1_000) / (performance.now() - startedAtMs);
  } finally {
    await handle.close();
    await rm(path);
  }
}

function median(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

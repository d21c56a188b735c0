// Blobs of 128 KiB at the port alone, 32 writers, durable: shared segments beside a file for each. Who declares a blob
// that is too long for a segment gets a file of its own, so both layouts are reached through the port as it is. Beside them the
// disk itself, for no layout writes more than it takes: where that is less than five times the files, the target is out of reach.
import { spawnSync } from "node:child_process";
import { randomFillSync } from "node:crypto";
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { allocatePages } from "../../../src/storage/embedded/page-memory.ts";
import { type BlobStore, openEmbeddedStore } from "../../../src/storage/index.ts";
import type { Bench } from "../bench.ts";
import { median } from "../statistics.ts";
import { describeRounds, printHeading, printRow } from "../table.ts";
import { atLeast, ratioOf, told, type Verdict } from "../targets.ts";

const BLOB_SIZE_BYTES = 128 * 1024;
/** Declared, never written. */
const SIZE_OF_A_FILE_BYTES = 8 * 1024 * 1024;
const WRITER_COUNT = 32;
const TURN_MS = 2_000;
const TURN_MIN_MS = 500;
const OVER_FILES_MIN = 5;
/** Of the disk itself, each piece synced by itself. */
const RAW_WRITER_COUNT = 4;
const RAW_PIECE_BYTES = 4 * 1024 * 1024;

export async function runBlobPort({ folder, roundCount, scale }: Bench): Promise<readonly Verdict[]> {
  await using store = await openEmbeddedStore(join(folder, "data"));
  const turnMs = Math.max(TURN_MIN_MS, TURN_MS * scale);
  const perSecond: Record<"files" | "raw" | "segments", number[]> = { files: [], raw: [], segments: [] };
  for (let round = 0; round <= roundCount; round += 1) {
    const files = await writeRate(store.blobs, { turnMs, declaredBytes: SIZE_OF_A_FILE_BYTES });
    const segments = await writeRate(store.blobs, { turnMs, declaredBytes: BLOB_SIZE_BYTES });
    const raw = await rawRate(folder, turnMs);
    // The first round is the warm-up.
    if (round > 0) {
      perSecond.raw.push(raw);
      perSecond.files.push(files);
      perSecond.segments.push(segments);
    }
  }
  printHeading(`blobs of 128 KiB at the port, ${WRITER_COUNT} writers`, "blobs/s", "of the rounds");
  for (const [name, rates] of [
    ["a file for each", perSecond.files],
    ["as the store places them", perSecond.segments],
    [`the disk itself, ${RAW_WRITER_COUNT} writers of 4 MiB each`, perSecond.raw],
  ] as const) {
    printRow(name, median(rates).toFixed(0), describeRounds(rates, 0));
  }
  return [
    atLeast(
      "128 KiB at the port, over a file each",
      ratioOf(perSecond.segments, perSecond.files),
      OVER_FILES_MIN,
    ),
    told("128 KiB at the port, the disk itself over a file each", ratioOf(perSecond.raw, perSecond.files)),
  ];
}

/** @returns blobs in a second, from the first call until the last that was begun in time is durable */
async function writeRate(
  blobs: BlobStore,
  { turnMs, declaredBytes }: { readonly turnMs: number; readonly declaredBytes: number },
): Promise<number> {
  // Nobody pays for his predecessor.
  spawnSync("sync");
  const bytes = randomFillSync(new Uint8Array(BLOB_SIZE_BYTES));
  let durableCount = 0;
  const startMs = performance.now();
  const write = async () => {
    while (performance.now() - startMs < turnMs) {
      const writer = await blobs.create({ sizeBytes: declaredBytes });
      await writer.write(bytes);
      await writer.commit();
      durableCount += 1;
    }
  };
  await Promise.all(Array.from({ length: WRITER_COUNT }, write));
  return durableCount / ((performance.now() - startMs) / 1_000);
}

/** @returns as many bytes as blobs have, in a second: past the page cache, into new files, each piece on the disk before the next */
async function rawRate(folder: string, turnMs: number): Promise<number> {
  spawnSync("sync");
  let writtenBytes = 0;
  const startMs = performance.now();
  const write = async (_: unknown, index: number) => {
    const piece = randomFillSync(allocatePages(RAW_PIECE_BYTES));
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | (constants.O_DIRECT ?? 0);
    await using file = await open(join(folder, `raw-${index}`), flags);
    for (let position = 0; performance.now() - startMs < turnMs; position += RAW_PIECE_BYTES) {
      await file.write(piece, 0, RAW_PIECE_BYTES, position);
      await file.datasync();
      writtenBytes += RAW_PIECE_BYTES;
    }
  };
  await Promise.all(Array.from({ length: RAW_WRITER_COUNT }, write));
  return writtenBytes / BLOB_SIZE_BYTES / ((performance.now() - startMs) / 1_000);
}

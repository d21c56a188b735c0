// Blobs of 128 KiB at the port alone, 32 writers, durable: shared segments beside a file for each. Who declares a blob
// that is too long for a segment gets a file of its own, so both layouts are reached through the port as it is.
import { spawnSync } from "node:child_process";
import { randomFillSync } from "node:crypto";
import { join } from "node:path";
import { type BlobStore, openEmbeddedStore } from "../../../src/storage/index.ts";
import type { Bench } from "../bench.ts";
import { median } from "../statistics.ts";
import { describeRounds, printHeading, printRow } from "../table.ts";
import { atLeast, ratioOf, type Verdict } from "../targets.ts";

const BLOB_SIZE_BYTES = 128 * 1024;
/** Declared, never written. */
const SIZE_OF_A_FILE_BYTES = 8 * 1024 * 1024;
const WRITER_COUNT = 32;
const TURN_MS = 2_000;
const TURN_MIN_MS = 500;
const OVER_FILES_MIN = 5;

export async function runBlobPort({ folder, roundCount, scale }: Bench): Promise<readonly Verdict[]> {
  await using store = await openEmbeddedStore(join(folder, "data"));
  const turnMs = Math.max(TURN_MIN_MS, TURN_MS * scale);
  const perSecond: { readonly files: number[]; readonly segments: number[] } = { files: [], segments: [] };
  for (let round = 0; round <= roundCount; round += 1) {
    const files = await writeRate(store.blobs, { turnMs, declaredBytes: SIZE_OF_A_FILE_BYTES });
    const segments = await writeRate(store.blobs, { turnMs, declaredBytes: BLOB_SIZE_BYTES });
    // The first round is the warm-up.
    if (round > 0) {
      perSecond.files.push(files);
      perSecond.segments.push(segments);
    }
  }
  printHeading(`blobs of 128 KiB at the port, ${WRITER_COUNT} writers`, "blobs/s", "of the rounds");
  printRow("a file for each", median(perSecond.files).toFixed(0), describeRounds(perSecond.files, 0));
  printRow(
    "as the store places them",
    median(perSecond.segments).toFixed(0),
    describeRounds(perSecond.segments, 0),
  );
  return [
    atLeast(
      "128 KiB at the port, over a file each",
      ratioOf(perSecond.segments, perSecond.files),
      OVER_FILES_MIN,
    ),
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

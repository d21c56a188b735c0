// Completing an upload of 10,000 parts: how long the client waits, what is copied, how long others wait meanwhile; and
// how long a small range of such an object takes.
import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { completedPartsDocument } from "../../../src/protocol/fields/part-list.ts";
import type { Bench } from "../bench.ts";
import { BUCKET_NAME, type OurServer, partRequests, startOurs } from "../contestant.ts";
import { type Measurement, measureLoad } from "../measure-load.ts";
import { median } from "../statistics.ts";
import { describeRounds, printHeading, printRow } from "../table.ts";
import { type Verdict, withinMs } from "../targets.ts";

const PART_COUNT = 10_000;
/** The smallest that a part may be that is not the last. */
const PART_SIZE_BYTES = 100 * 1024;
const CONNECTION_COUNT = 32;
const RANGE_COUNT = 200;
const RANGE_SIZE_BYTES = 100;
const COMPLETE_MAX_MS = 100;
const HELD_MAX_MS = 20;

interface Completion {
  readonly measurement: Measurement;
  /** Of files below the data folder that are new or grew, without the database's. */
  readonly grownBytes: number;
}

export async function runComplete(bench: Bench): Promise<readonly Verdict[]> {
  const { folder, roundCount, scale, flagSets, bodies } = bench;
  const partCount = Math.ceil(PART_COUNT * scale);
  await using server = await startOurs({
    ...{
      name: "partwise",
      folder: join(folder, "data"),
      workFolder: folder,
      flags: flagSets[0] ?? [],
      bodies,
    },
  });
  const completions: Completion[] = [];
  for (let round = 1; round <= roundCount; round += 1) {
    completions.push(await completeOne(server, `object-${round}`, partCount, bench));
  }
  const ranges = await readRanges(server, `object-${roundCount}`, partCount * PART_SIZE_BYTES, bench);

  const waits = completions.map(({ measurement }) => measurement.firstByteMs[0] ?? Number.NaN);
  const held = completions.map(({ measurement }) => measurement.eventLoopDelay.max);
  const grown = Math.max(...completions.map(({ grownBytes }) => grownBytes));
  const written = median(completions.map(({ measurement }) => measurement.serverWrittenBytes));
  printHeading(`Complete of ${partCount} parts of 100 KiB`, "median ms", "of the rounds");
  printRow(
    "from the last byte to the first of the answer",
    median(waits).toFixed(1),
    describeRounds(waits, 1),
  );
  printRow("the longest that the event loop was held", median(held).toFixed(1), describeRounds(held, 1));
  printRow("bytes that files of parts grew by", String(grown));
  printRow("bytes written, log of the database and answer", written.toFixed(0));
  printRow(`a range of ${RANGE_SIZE_BYTES} bytes of it`, median(ranges).toFixed(1));
  return [
    withinMs(`Complete of ${partCount} parts`, median(waits), COMPLETE_MAX_MS),
    withinMs("Complete, event loop held", median(held), HELD_MAX_MS),
    { what: "Complete, bytes copied", measured: `${grown} bytes`, target: "0 bytes", isMet: grown === 0 },
  ];
}

async function completeOne(
  server: OurServer,
  key: string,
  partCount: number,
  bench: Bench,
): Promise<Completion> {
  const { bucket, sign } = server;
  const { client, bodies, folder } = bench;
  const { uploadId } = await bucket.initMultipartUpload(key);
  const sizeBytes = PART_SIZE_BYTES;
  await client.run({
    endpoint: server.server.endpoint,
    connectionCount: CONNECTION_COUNT,
    requests: await partRequests(sign, { key, uploadId }, { count: partCount, sizeBytes }),
    bodies: bodies.path,
    expected: server.expectedOfPart(sizeBytes),
  });

  const { md5 } = bodies.digests(sizeBytes);
  const document = completedPartsDocument(
    Array.from({ length: partCount }, (_, index) => ({ partNumber: index + 1, etag: md5 })),
  );
  const documentPath = join(folder, "document");
  await writeFile(documentPath, document);
  const target = await sign("POST", { bucket: BUCKET_NAME, key }, [["uploadId", uploadId]]);
  const sizesBefore = await fileSizes(server.folder);
  const measurement = await measureLoad(client, server.server, {
    connectionCount: 1,
    requests: [{ method: "POST", target, body: { offset: 0, sizeBytes: document.length } }],
    bodies: documentPath,
    expected: [`-${partCount}"`],
  });
  let grownBytes = 0;
  for (const [path, size] of await fileSizes(server.folder)) {
    grownBytes += Math.max(0, size - (sizesBefore.get(path) ?? 0));
  }
  return { measurement, grownBytes };
}

/** Of everything but the database, by path. */
async function fileSizes(folder: string): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && !entry.name.includes(".sqlite")) {
      const path = join(entry.parentPath, entry.name);
      sizes.set(path, (await stat(path)).size);
    }
  }
  return sizes;
}

/** @returns milliseconds of each, from the request's last byte to the answer's */
async function readRanges(
  { sign, server }: OurServer,
  key: string,
  sizeBytes: number,
  { client, bodies }: Bench,
): Promise<readonly number[]> {
  const target = await sign("GET", { bucket: BUCKET_NAME, key });
  const requests = Array.from({ length: RANGE_COUNT }, (_, index) => {
    const start = Math.floor(((sizeBytes - RANGE_SIZE_BYTES) / RANGE_COUNT) * index);
    return {
      method: "GET" as const,
      target,
      headers: { range: `bytes=${start}-${start + RANGE_SIZE_BYTES - 1}` },
    };
  });
  const expected = [`content-length: ${RANGE_SIZE_BYTES}`];
  const { wholeMs } = await measureLoad(client, server, {
    ...{ connectionCount: 1, requests, bodies: bodies.path, expected },
  });
  return wholeMs;
}

// A large object out of the server, beside a file of the same size out of node:http.
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bench } from "../bench.ts";
import type { Bodies } from "../bodies.ts";
import { BUCKET_NAME, type OurServer, startBaseline, startOurs } from "../contestant.ts";
import type { PreparedRequest } from "../load.ts";
import { measureLoad } from "../measure-load.ts";
import { median } from "../statistics.ts";
import { describeRounds, printHeading, printRow } from "../table.ts";
import { atLeast, ratioOf, type Verdict } from "../targets.ts";

const PART_SIZE_BYTES = 8 * 1024 * 1024;
const PART_COUNT = 128;
const CONNECTION_COUNT = 4;
const OVER_STATIC_FILE_MIN = 0.7;
const KEY = "object";
const MB = 1e6;
const GB = 1e9;

interface Reading {
  readonly mbPerSecond: readonly number[];
  readonly cpuSecondsPerGb: readonly number[];
}

export async function runGet(bench: Bench): Promise<readonly Verdict[]> {
  const { bodies, folder, scale, workerCount, flagSets } = bench;
  const partCount = Math.ceil(PART_COUNT * scale);
  const file = join(folder, "file");
  await writeFile(file, partCount, bodies);
  await using baseline = await startBaseline({
    ...{ name: "node:http, a file", program: "static-file", workerCount, args: [file], workFolder: folder },
  });
  await using ours = await startOurs({
    ...{
      name: "partwise",
      folder: join(folder, "data"),
      workFolder: folder,
      flags: flagSets[0] ?? [],
      bodies,
    },
  });
  await uploadObject(ours, partCount, bench);
  const target = await ours.sign("GET", { bucket: BUCKET_NAME, key: KEY });
  const verdicts: Verdict[] = [];
  printHeading(`GET of ${partCount * 8} MiB`, "MB/s", "of the rounds", "CPU s/GB");
  for (const connectionCount of [1, CONNECTION_COUNT]) {
    const [theirs, our] = await readInTurn(
      [
        { server: baseline.server, request: { method: "GET", target: "/" } },
        { server: ours.server, request: { method: "GET", target } },
      ],
      { connectionCount, sizeBytes: partCount * PART_SIZE_BYTES, bench },
    );
    if (theirs === undefined || our === undefined) {
      throw new Error("impossible: both were measured");
    }
    const at = connectionCount === 1 ? "1 at a time" : `${connectionCount} at a time`;
    printReading(`${baseline.name}, ${at}`, theirs);
    printReading(`${ours.name}, ${at}`, our);
    verdicts.push(
      atLeast(`GET, ${at}, over a file`, ratioOf(our.mbPerSecond, theirs.mbPerSecond), OVER_STATIC_FILE_MIN),
    );
  }
  return verdicts;
}

/** Writing leaves it in the page cache, as uploading leaves the object. */
async function writeFile(path: string, partCount: number, bodies: Bodies): Promise<void> {
  const part = await readFile(bodies.path);
  await using handle = await open(path, "wx");
  for (let index = 0; index < partCount; index += 1) {
    await handle.write(part);
  }
  await handle.sync();
}

async function uploadObject({ bucket }: OurServer, partCount: number, { bodies }: Bench): Promise<void> {
  const part = await readFile(bodies.path);
  const { uploadId } = await bucket.initMultipartUpload(KEY);
  const parts: { partNumber: number; etag: string }[] = [];
  for (let partNumber = 1; partNumber <= partCount; partNumber += 1) {
    const { etag } = await bucket.uploadPart(KEY, uploadId, partNumber, part);
    parts.push({ partNumber, etag });
  }
  await bucket.completeMultipartUpload(KEY, uploadId, parts);
}

interface Read {
  readonly server: OurServer["server"];
  readonly request: PreparedRequest;
}

async function readInTurn(
  reads: readonly Read[],
  options: { readonly connectionCount: number; readonly sizeBytes: number; readonly bench: Bench },
): Promise<readonly Reading[]> {
  const { connectionCount, sizeBytes, bench } = options;
  const readings = reads.map(() => ({ mbPerSecond: [] as number[], cpuSecondsPerGb: [] as number[] }));
  for (let round = 0; round <= bench.roundCount; round += 1) {
    for (const [index, { server, request }] of reads.entries()) {
      const { wallSeconds, serverCpuSeconds } = await measureLoad(bench.client, server, {
        connectionCount,
        requests: Array.from({ length: connectionCount }, () => request),
        bodies: bench.bodies.path,
        expected: [`content-length: ${sizeBytes}`],
      });
      // The first round is the warm-up.
      if (round > 0) {
        readings[index]?.mbPerSecond.push((connectionCount * sizeBytes) / MB / wallSeconds);
        readings[index]?.cpuSecondsPerGb.push(serverCpuSeconds / ((connectionCount * sizeBytes) / GB));
      }
    }
  }
  return readings;
}

function printReading(name: string, { mbPerSecond, cpuSecondsPerGb }: Reading): void {
  const rounds = describeRounds(mbPerSecond, 0);
  printRow(name, median(mbPerSecond).toFixed(0), rounds, median(cpuSecondsPerGb).toFixed(2));
}

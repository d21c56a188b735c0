// Parts of 128 KiB, 32 in flight, durable: what does it gain not to make a file for each?
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { startBaseline, startOurs } from "../contestant.ts";
import { runIngest } from "../ingest.ts";
import { printIngest } from "../ingest-table.ts";
import type { Bench } from "../run.ts";
import { atLeast, ratioOf, type Verdict } from "../targets.ts";

const PART_SIZE_BYTES = 128 * 1024;
const PART_COUNT = 4_096;
const CONNECTION_COUNT = 32;
const OVER_FILE_PER_PART_MIN = 2;

export async function runSmallParts(bench: Bench): Promise<readonly Verdict[]> {
  const { client, bodies, folder, roundCount, scale, workerCount, flagSets } = bench;
  await using stack = new AsyncDisposableStack();
  const baselineFolder = join(folder, "baseline");
  await mkdir(baselineFolder);
  const contestants = [
    stack.use(
      await startBaseline({
        ...{ name: "node:http, a file per part, durable", program: "file-per-part", workerCount },
        ...{ workFolder: folder, args: [baselineFolder], bodies },
      }),
    ),
  ];
  for (const [index, flags] of flagSets.entries()) {
    const name = ["partwise", ...flags].join(" ");
    const dataFolder = join(folder, `data-${index}`);
    contestants.push(
      stack.use(await startOurs({ name, folder: dataFolder, workFolder: folder, flags, bodies })),
    );
  }
  const parts = { count: Math.ceil(PART_COUNT * scale), sizeBytes: PART_SIZE_BYTES };
  const plan = { parts, connectionCount: CONNECTION_COUNT, roundCount };
  const [filePerPart, ...ours] = await runIngest(contestants, plan, { client, bodies });
  if (filePerPart === undefined) {
    throw new Error("impossible: it was measured");
  }
  printIngest(`${parts.count} parts of 128 KiB, ${CONNECTION_COUNT} in flight`, [filePerPart, ...ours]);
  return ours.map(({ name, mbPerSecond }) =>
    atLeast(
      `128 KiB, ${name}, over a file per part`,
      ratioOf(mbPerSecond, filePerPart.mbPerSecond),
      OVER_FILE_PER_PART_MIN,
    ),
  );
}

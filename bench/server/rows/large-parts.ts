// Parts of 8 MiB, 16 in flight: how near to a server that throws the same bytes away, and at what cost beside the
// straightforward one.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Bench } from "../bench.ts";
import { startBaseline, startOurs } from "../contestant.ts";
import { runIngest } from "../ingest.ts";
import { printIngest } from "../ingest-table.ts";
import { atLeast, atMost, ratioOf, told, type Verdict, withinMs } from "../targets.ts";

const PART_SIZE_BYTES = 8 * 1024 * 1024;
const PART_COUNT = 128;
const CONNECTION_COUNT = 16;
const OVER_DISCARD_MIN = 0.4;
const OVER_DISCARD_PUBLIC_MIN = 0.3;
/** Nothing internal to Node then. */
const PUBLIC_FLAG = "--public-interfaces";
const CPU_OVER_STRAIGHTFORWARD_MAX = 0.65;
const EVENT_LOOP_DELAY_MAX_MS = 20;

export async function runLargeParts(bench: Bench): Promise<readonly Verdict[]> {
  const { client, bodies, folder, roundCount, scale, workerCount, flagSets } = bench;
  await using stack = new AsyncDisposableStack();
  const baselineFolder = join(folder, "baseline");
  await mkdir(baselineFolder);
  const contestants = [
    stack.use(
      await startBaseline({
        ...{ name: "node:http, bytes thrown away", program: "discard", workerCount, workFolder: folder },
      }),
    ),
    stack.use(
      await startBaseline({
        ...{
          name: "node:http, MD5, CRC-64, writev",
          program: "hash-and-write",
          workerCount,
          workFolder: folder,
        },
        ...{ args: [baselineFolder], bodies },
      }),
    ),
  ];
  const bothDoors = flagSets.flatMap((flags) => [flags, [PUBLIC_FLAG, ...flags]]);
  for (const [index, flags] of bothDoors.entries()) {
    const name = ["partwise", ...flags].join(" ");
    const dataFolder = join(folder, `data-${index}`);
    contestants.push(
      stack.use(await startOurs({ name, folder: dataFolder, workFolder: folder, flags, bodies })),
    );
  }
  const parts = { count: Math.ceil(PART_COUNT * scale), sizeBytes: PART_SIZE_BYTES };
  const plan = { parts, connectionCount: CONNECTION_COUNT, roundCount };
  const [discard, straightforward, ...ours] = await runIngest(contestants, plan, { client, bodies });
  if (discard === undefined || straightforward === undefined) {
    throw new Error("impossible: both were measured");
  }
  printIngest(`${parts.count} parts of 8 MiB, ${CONNECTION_COUNT} in flight`, [
    discard,
    straightforward,
    ...ours,
  ]);
  return ours.flatMap(({ name, mbPerSecond, cpuSecondsPerGb, eventLoopDelayP99 }) => {
    const isPublic = name.includes(PUBLIC_FLAG);
    const overDiscard = ratioOf(mbPerSecond, discard.mbPerSecond);
    const cpuOver = ratioOf(cpuSecondsPerGb, straightforward.cpuSecondsPerGb);
    const cpuName = `8 MiB, ${name}, CPU over straightforward`;
    return [
      atLeast(
        `8 MiB, ${name}, over thrown away`,
        overDiscard,
        isPublic ? OVER_DISCARD_PUBLIC_MIN : OVER_DISCARD_MIN,
      ),
      isPublic ? told(cpuName, cpuOver) : atMost(cpuName, cpuOver, CPU_OVER_STRAIGHTFORWARD_MAX),
      withinMs(`8 MiB, ${name}, event loop p99`, eventLoopDelayP99, EVENT_LOOP_DELAY_MAX_MS),
    ];
  });
}

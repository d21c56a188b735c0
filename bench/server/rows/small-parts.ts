// Parts of 128 KiB, 32 in flight, durable: what does it gain not to make a file for each?
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { startBaseline, startOurs } from "../contestant.ts";
import { runIngest } from "../ingest.ts";
import { printIngest } from "../ingest-table.ts";
import type { Bench } from "../run.ts";
import { atLeast, ratioOf, told, type Verdict } from "../targets.ts";

const PART_SIZE_BYTES = 128 * 1024;
const PART_COUNT = 4_096;
const CONNECTION_COUNT = 32;
const OVER_FILE_PER_PART_MIN = 2;

export async function runSmallParts(bench: Bench): Promise<readonly Verdict[]> {
  const { client, bodies, folder, roundCount, scale, workerCount, flagSets } = bench;
  await using stack = new AsyncDisposableStack();
  const baselineFolder = join(folder, "baseline");
  await mkdir(baselineFolder);
  const start = async (name: string, flags: readonly string[], program?: readonly string[]) => {
    const dataFolder = join(folder, name.replaceAll(/\W+/g, "-"));
    const options = { name, folder: dataFolder, workFolder: folder, flags, bodies };
    return stack.use(await startOurs(program === undefined ? options : { ...options, program }));
  };
  const baseline = stack.use(
    await startBaseline({
      ...{ name: "node:http, a file per part, durable", program: "file-per-part", workerCount },
      ...{ workFolder: folder, args: [baselineFolder], bodies },
    }),
  );
  const contestants = [
    baseline,
    await start("partwise, a file per part", [], [join(import.meta.dirname, "../file-layout-server.ts")]),
  ];
  // In one process first, as the server that it is compared with.
  const inOneProcess = [...(flagSets[0] ?? []).slice(0, -1), "1"];
  for (const flags of [inOneProcess, ...(workerCount === 1 ? [] : flagSets)]) {
    contestants.push(await start(["partwise", ...flags].join(" "), flags));
  }
  const parts = { count: Math.ceil(PART_COUNT * scale), sizeBytes: PART_SIZE_BYTES };
  const plan = { parts, connectionCount: CONNECTION_COUNT, roundCount };
  const results = await runIngest(contestants, plan, { client, bodies });
  printIngest(`${parts.count} parts of 128 KiB, ${CONNECTION_COUNT} in flight`, results);
  const [program, inFiles, inSegments, ...others] = results;
  if (program === undefined || inFiles === undefined || inSegments === undefined) {
    throw new Error("impossible: all were measured");
  }
  return [
    atLeast(
      "128 KiB, one process, over itself with files",
      ratioOf(inSegments.mbPerSecond, inFiles.mbPerSecond),
      OVER_FILE_PER_PART_MIN,
    ),
    ...[inSegments, ...others].map(({ name, mbPerSecond }) =>
      told(`128 KiB, ${name}, over the baseline`, ratioOf(mbPerSecond, program.mbPerSecond)),
    ),
  ];
}

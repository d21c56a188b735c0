// Parts of 128 KiB, 32 in flight, durable: what does it gain not to make a file for each?
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Bench } from "../bench.ts";
import { type Contestant, startBaseline, startOurs } from "../contestant.ts";
import { runIngest } from "../ingest.ts";
import { printIngest } from "../ingest-table.ts";
import { atLeast, ratioOf, told, type Verdict } from "../targets.ts";

const PART_SIZE_BYTES = 128 * 1024;
const PART_COUNT = 4_096;
const CONNECTION_COUNT = 32;
const OVER_FILE_PER_PART_MIN = 2;
const FILE_PER_PART = [
  ...["--import", join(import.meta.dirname, "../file-for-each-blob.ts")],
  ...[join(import.meta.dirname, "../../../src/cli/main.ts"), "serve"],
];

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
  // Its own rival first, each time with the same flags: in one process, then in as many as the server has by default.
  const inOneProcess = [...(flagSets[0] ?? []).slice(0, -1), "1"];
  const pairs: [Contestant, Contestant][] = [];
  for (const flags of [inOneProcess, ...(workerCount === 1 ? [] : flagSets)]) {
    const name = ["partwise", ...flags].join(" ");
    pairs.push([await start(`${name}, a file per part`, flags, FILE_PER_PART), await start(name, flags)]);
  }
  const contestants = [baseline, ...pairs.flat()];
  const parts = { count: Math.ceil(PART_COUNT * scale), sizeBytes: PART_SIZE_BYTES };
  const plan = { parts, connectionCount: CONNECTION_COUNT, roundCount };
  const results = await runIngest(contestants, plan, { client, bodies });
  printIngest(`${parts.count} parts of 128 KiB, ${CONNECTION_COUNT} in flight`, results);
  const rates = new Map(results.map(({ name, mbPerSecond }) => [name, mbPerSecond]));
  const ratesOf = ({ name }: Contestant) => rates.get(name) ?? [];
  return pairs.flatMap(([inFiles, inSegments]) => [
    atLeast(
      `128 KiB, ${inSegments.name}, over itself with files`,
      ratioOf(ratesOf(inSegments), ratesOf(inFiles)),
      OVER_FILE_PER_PART_MIN,
    ),
    told(`128 KiB, ${inSegments.name}, over the baseline`, ratioOf(ratesOf(inSegments), ratesOf(baseline))),
  ]);
}

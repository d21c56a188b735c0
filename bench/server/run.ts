// How near is the server to what node:http can do, and how far from its peers? npm run bench:server
//
//   --rounds N     default 5; the contestants take turns within each round, and the medians of the rounds count
//   --scale N      default 1; a share of the work of each round
//   --quick        two rounds of a quarter of the work: a look, not a measurement
//   --only ROW     one of: large, small, port, complete, get, list, peers; may be repeated
//   --workers N    processes that serve HTTP, in our server and in the baselines; default: one a core, at most 8
//   --flags TEXT   further flags of `partwise serve`, such as "--public-interfaces"; may be repeated: a contestant for each
//
// The method and its limits are in bench/README.md. Ends with 1 when a target is missed.
import { rmSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, cpus, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Bench } from "./bench.ts";
import { writeBodies } from "./bodies.ts";
import { LoadClient } from "./load.ts";
import { runBlobPort } from "./rows/blob-port.ts";
import { runComplete } from "./rows/complete.ts";
import { runGet } from "./rows/get.ts";
import { runLargeParts } from "./rows/large-parts.ts";
import { runList } from "./rows/list.ts";
import { runPeers } from "./rows/peers.ts";
import { runSmallParts } from "./rows/small-parts.ts";
import { printHeading, printRow } from "./table.ts";
import type { Verdict } from "./targets.ts";

const ROUND_COUNT_DEFAULT = "5";
const ROUND_COUNT_QUICK = 2;
const SCALE_QUICK = 0.25;
const WORKERS_DEFAULT_MAX = 8;
const LARGEST_BODY_BYTES = 8 * 1024 * 1024;
const buildFolder = join(import.meta.dirname, "../../build/bench-server");
const rows: ReadonlyMap<string, (bench: Bench) => Promise<readonly Verdict[]>> = new Map([
  ["large", runLargeParts],
  ["small", runSmallParts],
  ["port", runBlobPort],
  ["complete", runComplete],
  ["get", runGet],
  ["list", runList],
  ["peers", runPeers],
]);

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: ROUND_COUNT_DEFAULT },
    scale: { type: "string", default: "1" },
    quick: { type: "boolean", default: false },
    only: { type: "string", multiple: true, default: [...rows.keys()] },
    workers: { type: "string", default: String(Math.min(availableParallelism(), WORKERS_DEFAULT_MAX)) },
    flags: { type: "string", multiple: true, default: [""] },
  },
});

await mkdir(buildFolder, { recursive: true });
const client = await LoadClient.build(buildFolder);
const workFolder = await mkdtemp(join(buildFolder, "run-"));
process.once("exit", () => rmSync(workFolder, { recursive: true, force: true }));
try {
  const bodies = await writeBodies(join(workFolder, "bodies"), LARGEST_BODY_BYTES);
  const roundCount = values.quick ? ROUND_COUNT_QUICK : positiveInteger("--rounds", values.rounds);
  const scale = values.quick ? SCALE_QUICK : shareOf(values.scale);
  const workerCount = positiveInteger("--workers", values.workers);
  const load = loadavg()[0]?.toFixed(1);
  console.log(
    `${roundCount} rounds, ${workerCount} processes that serve, node ${process.version}, ${cpus().length} CPUs`,
    `(${cpus()[0]?.model}); load before: ${load}`,
  );
  const flagSets = values.flags.map((text) => [
    ...text.split(" ").filter((flag) => flag !== ""),
    ...["--workers", String(workerCount)],
  ]);
  const verdicts: Verdict[] = [];
  for (const name of values.only) {
    const folder = await mkdtemp(join(workFolder, `${name}-`));
    verdicts.push(
      ...(await runRow(name, { client, bodies, folder, roundCount, scale, workerCount, flagSets })),
    );
    await rm(folder, { recursive: true });
  }
  process.exitCode = printVerdicts(verdicts) ? 0 : 1;
} finally {
  await rm(workFolder, { recursive: true, force: true });
}

/** A row that fails takes none of the others with it. @throws {RangeError} if there is no such row */
async function runRow(name: string, bench: Bench): Promise<readonly Verdict[]> {
  const run = rows.get(name);
  if (run === undefined) {
    throw new RangeError(`--only must be one of ${[...rows.keys()].join(", ")}, but is ${name}`);
  }
  const startMs = performance.now();
  try {
    return await run(bench);
  } catch (failure) {
    console.error(failure);
    return [{ what: name, measured: "failed", target: "", isMet: false }];
  } finally {
    console.error(`(${name} took ${((performance.now() - startMs) / 1_000).toFixed(0)} s)`);
  }
}

/** @returns whether no target is missed */
function printVerdicts(verdicts: readonly Verdict[]): boolean {
  printHeading("", "measured", "target", "");
  for (const { what, measured, target, isMet } of verdicts) {
    printRow(what, measured, target, isMet === undefined ? "" : isMet ? "met" : "MISSED");
  }
  return verdicts.every(({ isMet }) => isMet !== false);
}

function positiveInteger(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`${name} must be an integer from 1, but is ${text}`);
  }
  return value;
}

function shareOf(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1)) {
    throw new RangeError(`--scale must be above 0 and at most 1, but is ${text}`);
  }
  return value;
}

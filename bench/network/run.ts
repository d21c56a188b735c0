// How fast is an upload with no setting given, over links of all kinds? npm run bench:network [-- OPTIONS]
//
// It needs Linux, root, iproute2 and a C compiler; ../README.md tells the method.

import { rmSync, writeFileSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Cell, type Contestant, cellName, cells, contestants, quickCells, sizeOfCell } from "./cells.ts";
import { assertLinksWork, buildRelay, removeLeftovers } from "./emulated-link.ts";
import { runInLanes } from "./lanes.ts";
import { checkLink, describeLinkCheck, type LinkCheck } from "./link-check.ts";
import { installPeers } from "./peers.ts";
import { describeCells, describeRun, describeTargets } from "./report.ts";
import { type Measurement, uploadOverLink, type Workshop } from "./upload-over-link.ts";
import type { CellResult } from "./verdict.ts";

const HELP = `npm run bench:network [-- OPTIONS]
  --quick            three cells instead of all 27
  --cells LIST       cells by name or part of it, with commas: 100ms-50mbit-loss,200mbit
  --clients LIST     contestants by name, with commas: ours,8x1MiB
  --repeat N         so many runs of each, of which the median counts; default 1
  --parallel N       so many links side by side; default 3
  --limit SECONDS    an upload that takes longer is stopped; default 120
  --seed N           of losses and resets; default 1
  --out FILE         the results as JSON, for plot.ts
  --explain          what our own upload decided, and when
  --link-only        show that the link tells one stream from eight, and end`;

/** Block by block the same bytes: nothing on the way compresses or compares them. */
const FILE_BLOCK = Buffer.alloc(1024 * 1024, "partwise bench ");

const HOPELESS_FACTOR = 1.3;

/** What plot.ts reads. */
export interface NetworkResult {
  readonly startedAt: string;
  readonly node: string;
  readonly kernel: string;
  readonly processors: string;
  readonly seed: number;
  readonly limitSeconds: number;
  readonly parallel: number;
  readonly linkCheck: LinkCheck;
  readonly cells: readonly CellResult[];
}

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    cells: { type: "string" },
    clients: { type: "string" },
    repeat: { type: "string", default: "1" },
    parallel: { type: "string", default: "3" },
    limit: { type: "string", default: "120" },
    seed: { type: "string", default: "1" },
    out: { type: "string" },
    explain: { type: "boolean", default: false },
    "link-only": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

// An exit by a signal is an exit all the same: the links are taken away (emulated-link.ts), and the files.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    process.stderr.write(`ended by ${signal}\n`);
    process.exit(1);
  });
}
if (options.help) {
  console.log(HELP);
} else {
  await main();
}

async function main(): Promise<void> {
  const [repeat, parallel, limitSeconds, seed] = [
    options.repeat,
    options.parallel,
    options.limit,
    options.seed,
  ].map(positiveInteger) as [number, number, number, number];
  const chosenCells = choose(options.quick ? quickCells : cells, options.cells, cellName, "cell");
  const chosen = choose(contestants, options.clients, ({ name }) => name, "client");
  await assertLinksWork();
  await removeLeftovers();
  const folder = await mkdtemp(join(tmpdir(), "partwise-bench-network-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const relay = await buildRelay(folder);
  const linkCheck = await checkLink(relay);
  console.log(describeLinkCheck(linkCheck));
  if (options["link-only"]) {
    return;
  }
  if (chosen.some(({ client }) => client === "lib-storage")) {
    await installPeers();
  }
  const files = await writeFiles(folder, chosenCells);
  const fileOf = (sizeBytes: number): string => files.get(sizeBytes) ?? "";
  const workshop: Workshop = { relay, folder, fileOf, limitSeconds };
  const about = {
    ...{ startedAt: new Date().toISOString(), node: process.version, kernel: release() },
    ...{ processors: processors(), seed, limitSeconds, parallel, linkCheck },
  };
  let results: readonly CellResult[] = [];
  const jobs = chosenCells.map((cell) => ({
    mbits: cell.mbits,
    run: async () => {
      const result = await runCell(workshop, cell, chosen, { repeat, seed });
      results = [...results, result].toSorted((left, right) => cellIndex(left) - cellIndex(right));
      console.log(describeCells([result]));
      if (options.out !== undefined) {
        const whole: NetworkResult = { ...about, cells: results };
        writeFileSync(options.out, `${JSON.stringify(whole, undefined, 1)}\n`);
      }
    },
  }));
  await runInLanes(jobs, parallel);
  console.log(`\n${describeCells(results)}\n${describeTargets(results)}`);
}

/** The contestants take turns, so that a disturbance hits all of them; each round begins with another one. */
async function runCell(
  workshop: Workshop,
  cell: Cell,
  chosen: readonly Contestant[],
  { repeat, seed }: { readonly repeat: number; readonly seed: number },
): Promise<CellResult> {
  const runs = new Map<string, Measurement[]>(chosen.map(({ name }) => [name, []]));
  let fastestSeconds = workshop.limitSeconds;
  for (let round = 0; round < repeat; round++) {
    for (let turn = 0; turn < chosen.length; turn++) {
      const contestant = chosen[(turn + round) % chosen.length] as Contestant;
      const runSeed = (seed * 1_000 + round) * 100 + cellIndex(cell);
      const limitSeconds = limitOf(contestant, workshop.limitSeconds, fastestSeconds);
      const measurement = await uploadOverLink({ ...workshop, limitSeconds }, cell, contestant, runSeed);
      if (measurement.failure === undefined) {
        fastestSeconds = Math.min(fastestSeconds, measurement.seconds);
      }
      runs.get(contestant.name)?.push(measurement);
      console.log(describeRun(cell, contestant.name, measurement));
      if (options.explain) {
        console.log(measurement.decisions.map((decision) => `    ${decision}`).join("\n"));
      }
    }
  }
  const standings = chosen.map(({ name, role }) => ({ name, role, runs: runs.get(name) ?? [] }));
  return { ...cell, sizeBytes: sizeOfCell(cell), standings };
}

/** Of the fixed settings only the best counts, and the one that is so far behind is not the best. */
function limitOf({ role }: Contestant, limitSeconds: number, fastestSeconds: number): number {
  return role === "fixed" ? Math.min(limitSeconds, HOPELESS_FACTOR * fastestSeconds) : limitSeconds;
}

async function writeFiles(
  folder: string,
  chosenCells: readonly Cell[],
): Promise<ReadonlyMap<number, string>> {
  const files = new Map<number, string>();
  for (const sizeBytes of new Set(chosenCells.map(sizeOfCell))) {
    const path = join(folder, `${sizeBytes}-bytes`);
    const blockCount = Math.floor(sizeBytes / FILE_BLOCK.length);
    const rest = FILE_BLOCK.subarray(0, sizeBytes % FILE_BLOCK.length);
    await writeFile(path, [...Array.from({ length: blockCount }, () => FILE_BLOCK), rest]);
    files.set(sizeBytes, path);
  }
  return files;
}

/** @throws {RangeError} for a word that chooses nothing */
function choose<Thing>(
  all: readonly Thing[],
  words: string | undefined,
  nameOf: (thing: Thing) => string,
  what: string,
): readonly Thing[] {
  if (words === undefined) {
    return all;
  }
  const list = words.split(",");
  for (const word of list) {
    if (!all.some((thing) => nameOf(thing).includes(word))) {
      throw new RangeError(`no ${what} is named ${word}; there are ${all.map(nameOf).join(", ")}`);
    }
  }
  return all.filter((thing) => list.some((word) => nameOf(thing).includes(word)));
}

function cellIndex(cell: Cell): number {
  return cells.findIndex((other) => cellName(other) === cellName(cell));
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`${text} must be an integer from 1`);
  }
  return value;
}

function processors(): string {
  return `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown"}`;
}

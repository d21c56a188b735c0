// How near is an upload to the cost of a bare socket, and how far from its peers? npm run bench:upload
//
//   --rounds N   default 5; the rivals take turns within each round, and the medians of the rounds count
//   --size N     MiB, default 1024
//   --only TEXT  only rivals whose name contains it, such as "partwise"; the file is the same
//
// The method and its limits are in bench/README.md. Ends with 1 when a target is missed.

import { spawnSync } from "node:child_process";
import { randomFillSync } from "node:crypto";
import { copyFile, mkdir, mkdtemp, open, readFile, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Cost, createMeasure } from "./measure.ts";
import { startSink } from "./sink.ts";
import {
  ALI_OSS,
  ALI_OSS_BEST,
  CURL,
  judge,
  LIB_STORAGE,
  type Medians,
  MINIO,
  OURS,
  OURS_SMALL_PARTS,
} from "./targets.ts";

const MIB = 1024 * 1024;
const ROUND_COUNT_DEFAULT = "5";
const SIZE_DEFAULT_MIB = "1024";
const PEERS_TIME_MAX_MS = 5 * 60_000;
const buildFolder = join(import.meta.dirname, "../../build/bench-upload");
const clientsFolder = join(import.meta.dirname, "clients");

interface Rival {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: ROUND_COUNT_DEFAULT },
    size: { type: "string", default: SIZE_DEFAULT_MIB },
    only: { type: "string", default: "" },
  },
});
const roundCount = positiveInteger("--rounds", values.rounds);
const sizeBytes = positiveInteger("--size", values.size) * MIB;

await mkdir(buildFolder, { recursive: true });
const hasPeers = await installPeers();
const folder = await mkdtemp(join(tmpdir(), "partwise-bench-"));
try {
  const file = join(folder, "file");
  await writeRandomFile(file, sizeBytes);
  await using sink = await startSink(buildFolder);
  const rivals = listRivals(sink.endpoint, file).filter(({ name }) => name.includes(values.only));
  console.log(
    `${sizeBytes / MIB} MiB from the page cache, ${roundCount} rounds,`,
    `node ${process.version}, ${cpus().length} CPUs; load before: ${loadavg()[0]?.toFixed(1)}\n`,
  );
  const costs = await runRounds(rivals);
  const medians = new Map([...costs].map(([name, ofName]) => [name, mediansOf(ofName)]));
  printCosts(costs, medians);
  process.exitCode = printVerdicts(medians) ? 0 : 1;
} finally {
  await rm(folder, { recursive: true });
}

function listRivals(endpoint: string, file: string): readonly Rival[] {
  const peers = hasPeers ? [nodeRival(LIB_STORAGE, "lib-storage"), nodeRival(MINIO, "minio")] : [];
  const hasCurl = spawnSync("curl", ["--version"]).status === 0;
  const curl = ["-sS", "-f", "-o", "/dev/null", "-T", file, `${endpoint}/bench/object`];
  return [
    nodeRival(OURS, "partwise", String(8 * MIB), "8"),
    ...(hasCurl ? [{ name: CURL, command: "curl", args: curl }] : []),
    nodeRival(OURS_SMALL_PARTS, "partwise", String(MIB), "4"),
    nodeRival(ALI_OSS, "ali-oss"),
    nodeRival(ALI_OSS_BEST, "ali-oss", String(8 * MIB), "8"),
    ...peers.map((peer) => ({ ...peer, args: [...peer.args, buildFolder] })),
  ];

  function nodeRival(name: string, client: string, ...settings: readonly string[]): Rival {
    const program = join(clientsFolder, `${client}.mjs`);
    return { name, command: process.execPath, args: [program, endpoint, file, ...settings] };
  }
}

async function runRounds(rivals: readonly Rival[]): Promise<ReadonlyMap<string, readonly Cost[]>> {
  const measure = createMeasure(buildFolder);
  const costs = new Map<string, Cost[]>(rivals.map(({ name }) => [name, []]));
  for (let round = 1; round <= roundCount; round += 1) {
    for (const { name, command, args } of rivals) {
      costs.get(name)?.push(await measure(command, args));
    }
    console.error(`round ${round} of ${roundCount}`);
  }
  return costs;
}

function mediansOf(costs: readonly Cost[]): Medians {
  return {
    wallSeconds: median(costs.map(({ wallSeconds }) => wallSeconds)),
    cpuSeconds: median(costs.map(({ cpuSeconds }) => cpuSeconds)),
    peakMemoryMb: median(costs.map(({ peakMemoryMb }) => peakMemoryMb)),
  };
}

function printCosts(
  costs: ReadonlyMap<string, readonly Cost[]>,
  medians: ReadonlyMap<string, Medians>,
): void {
  console.log(row("", "wall s", "of the rounds", "CPU s", "peak MB"));
  for (const [name, { wallSeconds, cpuSeconds, peakMemoryMb }] of medians) {
    const walls = (costs.get(name) ?? []).map((cost) => cost.wallSeconds);
    const range = `${Math.min(...walls).toFixed(2)} – ${Math.max(...walls).toFixed(2)}`;
    const cells = [wallSeconds.toFixed(2), range, cpuSeconds.toFixed(2), peakMemoryMb.toFixed(0)];
    console.log(row(name, ...cells));
  }
}

/** @returns whether no target is missed */
function printVerdicts(medians: ReadonlyMap<string, Medians>): boolean {
  const verdicts = judge(medians);
  console.log(`\n${row("", "measured", "target", "", "")}`);
  for (const { what, measured, target, isMet } of verdicts) {
    console.log(row(what, measured, target, isMet === undefined ? "not run" : isMet ? "met" : "MISSED", ""));
  }
  return verdicts.every(({ isMet }) => isMet !== false);
}

function row(name: string, ...cells: readonly string[]): string {
  const [first = "", second = "", ...rest] = cells;
  return [
    name.padEnd(36),
    first.padStart(9),
    second.padStart(15),
    ...rest.map((cell) => cell.padStart(9)),
  ].join("");
}

/** Peers are no dependencies of this project: they are put where only this bench finds them, once. */
async function installPeers(): Promise<boolean> {
  const [wanted, installed] = await Promise.all(
    [join(import.meta.dirname, "peers"), join(buildFolder, "node_modules", ".installed")].map((folder) =>
      readFile(join(folder, "package-lock.json"), "utf8").catch(() => ""),
    ),
  );
  if (wanted === installed) {
    return true;
  }
  for (const name of ["package.json", "package-lock.json"]) {
    await copyFile(join(import.meta.dirname, "peers", name), join(buildFolder, name));
  }
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
  const { status } = spawnSync("npm", args, {
    cwd: buildFolder,
    stdio: "inherit",
    timeout: PEERS_TIME_MAX_MS,
  });
  if (status !== 0) {
    return false;
  }
  // Written last, so that an interrupted installation is made again.
  await mkdir(join(buildFolder, "node_modules", ".installed"), { recursive: true });
  await copyFile(
    join(buildFolder, "package-lock.json"),
    join(buildFolder, "node_modules", ".installed", "package-lock.json"),
  );
  return true;
}

/** Writing leaves it in the page cache. Random, so that nobody gains by compressing. */
async function writeRandomFile(path: string, size: number): Promise<void> {
  await using handle = await open(path, "wx");
  const block = new Uint8Array(MIB);
  for (let position = 0; position < size; position += MIB) {
    await handle.write(randomFillSync(block));
  }
  await handle.sync();
}

function positiveInteger(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`${name} must be an integer from 1, but is ${text}`);
  }
  return value;
}

function median(values: readonly number[]): number {
  return values.toSorted((first, second) => first - second)[values.length >> 1] ?? Number.NaN;
}

// `npm run torture [-- --scale N] [--seed N] [--only STEP]`: fuzzed requests, sequences of calls beside a model, kills,
// uploads through faults, each at full count times the scale, and the largest upload once, from a printed seed. `--only`
// runs one step, by its name, or those of `uploads`; a number is the one fuzzed request of that number. Every step runs,
// also after one that failed; the last line counts them all, and those apart that this machine cannot run.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect, parseArgs } from "node:util";
import { checkSequences } from "../simulation/check-sequences.ts";
import { runBounds } from "./bounds/run-bounds.ts";
import { runMillionObjects } from "./bounds/run-million-objects.ts";
import { runFuzz } from "./fuzz/run-fuzz.ts";
import { runKillRounds } from "./kill-rounds.ts";
import { NotRun } from "./not-run.ts";
import { runPowerCuts } from "./power-cuts/run-power-cuts.ts";
import { runRaces } from "./races/run-races.ts";
import { runInterleavings } from "./run-interleavings.ts";
import { runSimulatedUploads } from "./simulated-uploads.ts";
import { runTenThousandParts } from "./ten-thousand-parts.ts";
import { RATIO_MAX, runFaultyService } from "./upload-kills/run-faulty-service.ts";
import { runUploadKills } from "./upload-kills/run-upload-kills.ts";

const KILL_ROUNDS = 500;
/** Of a server of several processes. */
const WORKER_KILL_ROUNDS = 200;
const WORKERS = 2;
const POWER_CUTS = 100;
const FUZZED_REQUESTS = 200_000;
const UPLOAD_SCHEDULES = 10_000;
const UPLOAD_KILLS = 300;
/** At any scale: with fewer, one fault more or less would decide. */
const FAULTY_SERVICE_PARTS = 1_000;
const FAULTY_SERVICE_CONCURRENCY = [8, { max: 16 }];
const RACES = 300;
/** Of what the scale says, when not all are played: few find out less for each other, and so take longer. */
const SHARE_OF_INTERLEAVINGS = 0.2;
const OBJECTS = 1_000_000;
/** Over each of the two stores. */
const SEQUENCES = 1_000;

interface Step {
  readonly name: string;
  /** Calls `pass` for each thing that was right; the first that was not is thrown, and ends the step. */
  readonly run: (folder: string, pass: () => void) => Promise<void>;
}

const { values } = parseArgs({
  options: { scale: { type: "string", default: "1" }, seed: { type: "string" }, only: { type: "string" } },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const rounds = scaled(KILL_ROUNDS);
const fuzzedCount = scaled(FUZZED_REQUESTS);
const sequenceCount = scaled(SEQUENCES);
const { only } = values;
const isOneRequest = only !== undefined && /^\d+$/.test(only);
const steps: Readonly<Record<string, Step>> = {
  fuzz: { name: isOneRequest ? "one of the fuzzed requests" : `${fuzzedCount} fuzzed requests`, run: fuzzed },
  differential: { name: `${sequenceCount} sequences of calls over each store`, run: sequences },
  largest: { name: "one upload of 10,000 parts", run: largestUpload },
  kills: { name: `kill -9, ${rounds} rounds`, run: (folder, pass) => kills(folder, pass, rounds, 1) },
  "worker-kills": {
    name: `kill -9 of ${WORKERS} workers and the committer, ${scaled(WORKER_KILL_ROUNDS)} rounds`,
    run: (folder, pass) => kills(folder, pass, scaled(WORKER_KILL_ROUNDS), WORKERS),
  },
  races: { name: `${scaled(RACES)} races over HTTP`, run: races },
  interleavings: { name: "every order of steps of operations that meet", run: interleavings },
  "power-cuts": { name: `${scaled(POWER_CUTS)} simulated power cuts`, run: powerCuts },
  "simulated-uploads": { name: `${scaled(UPLOAD_SCHEDULES)} simulated uploads`, run: simulatedUploads },
  "upload-kills": { name: `${scaled(UPLOAD_KILLS)} kills of uploads`, run: uploadKills },
  bounds: { name: "slow clients and requests that never end", run: bounds },
  million: { name: `${scaled(OBJECTS)} objects in one bucket`, run: millionObjects },
  "faulty-service": { name: "an upload to a faulty service", run: faultyService },
};
const uploads = ["simulated-uploads", "upload-kills", "faulty-service"];
const wanted = wantedSteps();
let passedCount = 0;
let failedCount = 0;
let notRunCount = 0;
for (const name of wanted) {
  const step = steps[name];
  if (step === undefined) {
    throw new RangeError(
      `there is no step ${name}, only ${Object.keys(steps).join(", ")}, uploads and numbers`,
    );
  }
  await runStep(step);
}
say(
  `torture: ${passedCount} passed, ${failedCount} failed${notRunCount > 0 ? `, ${notRunCount} not run` : ""}`,
);
process.exitCode = failedCount > 0 ? 1 : 0;

async function runStep({ name, run }: Step): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "partwise-torture-"));
  const startedAtMs = Date.now();
  say(`${name}, seed ${seed}`);
  try {
    await run(folder, () => {
      passedCount += 1;
    });
  } catch (failure) {
    if (failure instanceof NotRun) {
      notRunCount += 1;
      say(`NOT RUN: ${name}: ${failure.message}`);
    } else {
      failedCount += 1;
      say(`failed: ${name}, seed ${seed}: ${inspect(failure)}`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  say(`${name}: ${Math.round((Date.now() - startedAtMs) / 1000)} s`);
}

function scaled(count: number): number {
  return Math.max(1, Math.round(count * Number(values.scale)));
}

/** A sequence has passed when the server said and held, after each of its calls, what the model does. */
async function sequences(_folder: string, pass: () => void): Promise<void> {
  for (const kind of ["memory", "embedded"] as const) {
    await checkSequences({ kind, count: sequenceCount, seed, passSequence: pass });
  }
}

async function largestUpload(folder: string, pass: () => void): Promise<void> {
  await runTenThousandParts({ folder, seed, log: say });
  pass();
}

/** A round has passed when the server that was started after its kill had everything. */
async function kills(folder: string, pass: () => void, rounds: number, workerCount: number): Promise<void> {
  const result = await runKillRounds({ folder, rounds, workerCount, seed, log: say, passRound: pass });
  say(
    `${result.acknowledgedCount} acknowledged changes, none lost; ` +
      `${result.finishedUploadCount} open uploads finished, ${result.abortedUploadCount} aborted`,
  );
  say([...result.killCounts].map(([where, count]) => `${where} ${count}`).join(", "));
}

/** A race has passed when one order of its operations explains it, and every blob has one owner. */
async function races(folder: string, pass: () => void): Promise<void> {
  await runRaces({ folder, raceCount: scaled(RACES), seed, log: say, passRace: pass });
}

async function interleavings(_folder: string, pass: () => void): Promise<void> {
  const scale = Number(values.scale);
  const share = scale < 1 ? scale * SHARE_OF_INTERLEAVINGS : 1;
  await runInterleavings({ seed, share, log: say, passScenario: pass });
}

async function powerCuts(folder: string, pass: () => void): Promise<void> {
  await runPowerCuts({ folder, cuts: scaled(POWER_CUTS), seed, log: say, pass });
}

async function simulatedUploads(_folder: string, pass: () => void): Promise<void> {
  await runSimulatedUploads({ firstSeed: seed, count: scaled(UPLOAD_SCHEDULES), log: say });
  pass();
}

async function uploadKills(folder: string, pass: () => void): Promise<void> {
  await runUploadKills({ folder, seed, killCount: scaled(UPLOAD_KILLS), log: say, passKill: pass });
}

async function faultyService(_folder: string, pass: () => void): Promise<void> {
  const faults = { seed, partCount: FAULTY_SERVICE_PARTS, log: say };
  for (const concurrency of FAULTY_SERVICE_CONCURRENCY) {
    const ratio = await runFaultyService(faults, concurrency);
    assert.ok(ratio <= RATIO_MAX, `it takes ${ratio.toFixed(2)} times as long as without faults`);
    pass();
  }
}

async function bounds(folder: string, pass: () => void): Promise<void> {
  await runBounds({ folder, scale: Number(values.scale), log: say, pass });
}

async function millionObjects(folder: string, pass: () => void): Promise<void> {
  await runMillionObjects({ folder, objectCount: scaled(OBJECTS), log: say });
  pass();
}

function wantedSteps(): readonly string[] {
  if (only === undefined) {
    return Object.keys(steps);
  }
  return only === "uploads" ? uploads : [isOneRequest ? "fuzz" : only];
}

async function fuzzed(folder: string, pass: () => void): Promise<void> {
  const one = isOneRequest ? { only: Number(only) } : {};
  const tally = await runFuzz({ folder, seed, count: fuzzedCount, ...one, log: say });
  for (const line of tally.outcomes()) {
    say(line);
  }
  pass();
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

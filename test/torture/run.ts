// `npm run torture [-- --scale N] [--seed N] [--only N]`: kills and fuzzed requests at full count times the scale and the
// largest upload once, from a printed seed. `--only` sends the one fuzzed request of that number. Every step runs, also after one that failed; the last line counts them all.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect, parseArgs } from "node:util";
import { runFuzz } from "./fuzz/run-fuzz.ts";
import { runKillRounds } from "./kill-rounds.ts";
import { runTenThousandParts } from "./ten-thousand-parts.ts";

const KILL_ROUNDS = 500;
const FUZZED_REQUESTS = 100_000;

interface Step {
  readonly name: string;
  /** Calls `pass` for each thing that was right; the first that was not is thrown, and ends the step. */
  readonly run: (folder: string, pass: () => void) => Promise<void>;
}

const { values } = parseArgs({
  options: { scale: { type: "string", default: "1" }, seed: { type: "string" }, only: { type: "string" } },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const rounds = Math.max(1, Math.round(KILL_ROUNDS * Number(values.scale)));
const fuzzedCount = Math.max(1, Math.round(FUZZED_REQUESTS * Number(values.scale)));
const fuzz: Step = {
  name: `${values.only === undefined ? fuzzedCount : "one of the"} fuzzed requests`,
  run: fuzzed,
};
const steps: readonly Step[] =
  values.only !== undefined
    ? [fuzz]
    : [
        fuzz,
        { name: "one upload of 10,000 parts", run: largestUpload },
        { name: `kill -9, ${rounds} rounds`, run: kills },
      ];
let passedCount = 0;
let failedCount = 0;
for (const step of steps) {
  await runStep(step);
}
say(`torture: ${passedCount} passed, ${failedCount} failed`);
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
    failedCount += 1;
    say(`failed: ${name}, seed ${seed}: ${inspect(failure)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  say(`${name}: ${Math.round((Date.now() - startedAtMs) / 1000)} s`);
}

async function largestUpload(folder: string, pass: () => void): Promise<void> {
  await runTenThousandParts({ folder, seed, log: say });
  pass();
}

/** A round has passed when the server that was started after its kill had everything. */
async function kills(folder: string, pass: () => void): Promise<void> {
  const result = await runKillRounds({ folder, rounds, seed, log: say, passRound: pass });
  say(
    `${result.acknowledgedCount} acknowledged changes, none lost; ` +
      `${result.finishedUploadCount} open uploads finished, ${result.abortedUploadCount} aborted`,
  );
}

async function fuzzed(folder: string, pass: () => void): Promise<void> {
  const only = values.only === undefined ? {} : { only: Number(values.only) };
  const tally = await runFuzz({ folder, seed, count: fuzzedCount, ...only, log: say });
  for (const line of tally.outcomes()) {
    say(line);
  }
  pass();
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

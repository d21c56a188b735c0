// `npm run torture [-- --scale N] [--seed N]`: kills at full count times the scale, from a printed seed.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runKillRounds } from "./kill-rounds.ts";

const KILL_ROUNDS = 500;

const { values } = parseArgs({
  options: { scale: { type: "string", default: "1" }, seed: { type: "string" } },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const rounds = Math.max(1, Math.round(KILL_ROUNDS * Number(values.scale)));
const folder = await mkdtemp(join(tmpdir(), "partwise-torture-"));
const startedAtMs = Date.now();
process.stdout.write(`kill -9, ${rounds} rounds, seed ${seed}\n`);
try {
  const result = await runKillRounds({
    folder,
    rounds,
    seed,
    log: (line) => process.stdout.write(`${line}\n`),
  });
  const seconds = Math.round((Date.now() - startedAtMs) / 1000);
  process.stdout.write(
    `${rounds} kills in ${seconds} s: ${result.acknowledgedCount} acknowledged changes, none lost; ` +
      `${result.finishedUploadCount} open uploads finished, ${result.abortedUploadCount} aborted\n`,
  );
  process.stdout.write(`torture: ${rounds} passed, 0 failed\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

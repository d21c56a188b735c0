// The power goes at a random moment under load, again and again: what the disk has then is mounted, a server opens it, and
// everything that was acknowledged before is there. With syncing switched off the same audit has to fail.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { serveFolder } from "../../e2e/server-process.ts";
import { CrashWorld } from "../crash-world.ts";
import { type SeededRandom, seededRandom } from "../seeded-random.ts";
import { WatchedCalls } from "../watched-calls.ts";
import { openPowerLab, type PowerLab } from "./power-lab.ts";

export interface PowerCutsOptions {
  readonly folder: string;
  readonly cuts: number;
  readonly seed: number;
  readonly log: (line: string) => void;
  /** Called for each cut, whose loss the next audit throws, and once when cuts without syncs lost something. */
  readonly pass: () => void;
}

const CUT_AFTER_MIN_MS = 100;
const CUT_AFTER_MAX_MS = 1_000;
const WITHOUT_SYNC = new URL("./without-sync.ts", import.meta.url);
/** One is enough as a rule: the file system writes by itself only every 5 s. */
const CUTS_WITHOUT_SYNC_MAX = 3;

/** @throws {NotRun} where there can be no such disk @throws {AssertionError} when anything acknowledged was lost */
export async function runPowerCuts({ folder, cuts, seed, log, pass }: PowerCutsOptions): Promise<void> {
  const random = seededRandom(seed);
  await mkdir(join(folder, "unsynced"));
  await mkdir(join(folder, "synced"));
  await assertCutsCanLose(join(folder, "unsynced"), random, log);
  pass();
  await using lab = await openPowerLab(join(folder, "synced"));
  const world = new CrashWorld(random);
  const data = join(lab.disk, "data");
  await world.prepare(data);
  for (let cut = 1; cut <= cuts; cut += 1) {
    await cutUnderLoad(lab, world, random, {});
    log(`power cut ${cut} of ${cuts}: ${world.acknowledgedCount} acknowledged so far`);
    pass();
  }
  await auditAlone(data, world);
}

/** @throws {AssertionError} when nothing is lost without a sync: then cuts with syncs would show nothing */
async function assertCutsCanLose(
  folder: string,
  random: SeededRandom,
  log: (line: string) => void,
): Promise<void> {
  await using lab = await openPowerLab(folder);
  const world = new CrashWorld(random);
  await world.prepare(join(lab.disk, "data"));
  for (let cut = 1; cut <= CUTS_WITHOUT_SYNC_MAX; cut += 1) {
    await cutUnderLoad(lab, world, random, { NODE_OPTIONS: `--import ${WITHOUT_SYNC}` });
    const loss = await auditAlone(join(lab.disk, "data"), world).then(
      () => undefined,
      (failure: Error) => failure.message,
    );
    if (loss !== undefined) {
      log(`without syncs power cut ${cut} loses data, as it must: ${loss.split("\n")[0]}`);
      return;
    }
  }
  assert.fail(`${CUTS_WITHOUT_SYNC_MAX} power cuts without a sync lost nothing: this test cannot fail`);
}

/** Serves the disk, audits what the last cut left, loads the server, cuts the power in the middle, and leaves the disk as it is when it comes back. */
async function cutUnderLoad(
  lab: PowerLab,
  world: CrashWorld,
  random: SeededRandom,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  await using server = await serveFolder(join(lab.disk, "data"), [], environment);
  await world.audit(server);
  const calls = new WatchedCalls(server, world.durations);
  const load = Promise.allSettled(world.startLoad(server, calls));
  await delay(random.integer(CUT_AFTER_MIN_MS, CUT_AFTER_MAX_MS));
  // What is answered from here on may have come too late for the disk: to the ledger it has no answer.
  calls.end();
  await lab.cut();
  await server.kill();
  for (const outcome of await load) {
    assert.equal(outcome.status, "fulfilled", outcome.status === "rejected" ? String(outcome.reason) : "");
  }
  await lab.restore();
}

async function auditAlone(data: string, world: CrashWorld): Promise<void> {
  await using server = await serveFolder(data);
  await world.audit(server);
  assert.equal(await server.stop(), 0, server.stderr());
}

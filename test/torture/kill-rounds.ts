// kill -9 in the middle of everything, again and again over one data folder: after each restart every acknowledged
// part and object is there and whole, and every open upload can be finished or aborted. So it is too when the server is
// several processes, and all of them are killed, or one that answers requests, or the one that commits.
import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { ServerDidNotStart, serveFolder } from "../e2e/server-process.ts";
import { assertNothingIsLeftOver } from "./audit-objects.ts";
import { CrashWorld } from "./crash-world.ts";
import { type Kill, KillPlan, nameOf } from "./kill-plan.ts";
import { killServer } from "./kill-server.ts";
import { type SeededRandom, seededRandom } from "./seeded-random.ts";
import { WatchedCalls } from "./watched-calls.ts";

export interface KillRoundsOptions {
  readonly folder: string;
  readonly rounds: number;
  /** 1: one process does everything. With more, another one commits. */
  readonly workerCount: number;
  readonly seed: number;
  readonly log: (line: string) => void;
  /** Called for each kill that was made where it was to be; what it lost is thrown by the audit after it. */
  readonly passRound?: () => void;
}

export interface KillRoundsResult {
  readonly acknowledgedCount: number;
  readonly finishedUploadCount: number;
  readonly abortedUploadCount: number;
  /** By where the server was killed: how often. */
  readonly killCounts: ReadonlyMap<string, number>;
}

/** Kills that miss are made up for, as long as the server is not killed by them this often more. */
const MISSED_MAX_PER_ROUND = 1;

/** @throws {AssertionError} when anything acknowledged is missing or changed, or a kind of kill was never made */
export async function runKillRounds(options: KillRoundsOptions): Promise<KillRoundsResult> {
  const { folder, rounds, workerCount, seed, log, passRound = () => undefined } = options;
  const random = seededRandom(seed);
  const plan = new KillPlan({ random, hasWorkers: workerCount > 1 });
  const world = new CrashWorld(random);
  const setting = { folder, world, random, flags: ["--workers", String(workerCount)] };
  await world.prepare(folder);
  let missedCount = 0;
  for (let round = 1; round <= rounds; ) {
    const kill = plan.next();
    if (await runRound(kill, setting)) {
      plan.hit(kill);
      passRound();
      log(`kill ${round} of ${rounds} ${nameOf(kill)}: ${world.acknowledgedCount} acknowledged so far`);
      round += 1;
    } else {
      plan.missed(kill);
      missedCount += 1;
      log(`the server did not come to be killed ${nameOf(kill)}`);
      assert.ok(missedCount <= rounds * MISSED_MAX_PER_ROUND, `${missedCount} kills missed`);
    }
  }
  await using server = await serveFolder(folder, setting.flags);
  await world.audit(server);
  assert.equal(await server.stop(), 0, server.stderr());
  await assertNothingIsLeftOver(folder);
  assertNoneIsEmpty(plan, rounds);
  return {
    acknowledgedCount: world.acknowledgedCount,
    finishedUploadCount: world.ended.finished,
    abortedUploadCount: world.ended.aborted,
    killCounts: plan.hitCounts,
  };
}

interface Setting {
  readonly folder: string;
  readonly flags: readonly string[];
  readonly world: CrashWorld;
  readonly random: SeededRandom;
}

/** Audits what the last kill left, then kills. @returns whether the server was killed where it was to be */
async function runRound(kill: Kill, setting: Setting): Promise<boolean> {
  const { folder, flags, world, random } = setting;
  if (kill.kind === "point" && kill.phase === "start") {
    return await diesAtStart(kill.point, setting);
  }
  const startFile = `${folder}.armed`;
  await rm(startFile, { force: true });
  await using server = await serveFolder(folder, flags, environmentOf(kill, startFile), {
    hasOwnGroup: true,
  });
  await world.audit(server);
  const workersBefore = await server.workerPids();
  await writeFile(startFile, "");
  const calls = new WatchedCalls(server, world.durations, { losesWorker: kill.victim === "worker" });
  const load = Promise.allSettled(world.startLoad(server, calls));
  const isHit = await killServer(kill, { server, workersBefore, calls, world, random, startFile });
  calls.end();
  await server.killGroup();
  for (const outcome of await load) {
    assert.equal(outcome.status, "fulfilled", outcome.status === "rejected" ? String(outcome.reason) : "");
  }
  return isHit;
}

function environmentOf(kill: Kill, startFile: string): Readonly<Record<string, string>> {
  const point =
    kill.kind === "point"
      ? { PARTWISE_CRASH_AT: `${kill.point}:${kill.pass}`, PARTWISE_CRASH_ONCE: startFile }
      : {};
  return {
    ...point,
    ...(kill.victim === "everything" ? { PARTWISE_CRASH_GROUP: "1" } : {}),
    ...(kill.hurriesGarbage ? { PARTWISE_HURRY_GARBAGE: "1" } : {}),
  };
}

async function diesAtStart(point: string, { folder, flags }: Setting): Promise<boolean> {
  try {
    const environment = { PARTWISE_CRASH_AT: point, PARTWISE_CRASH_GROUP: "1" };
    await using server = await serveFolder(folder, flags, environment, { hasOwnGroup: true });
    await server.killGroup();
    return false;
  } catch (failure) {
    if (failure instanceof ServerDidNotStart && failure.signal === "SIGKILL") {
      return true;
    }
    throw failure;
  }
}

function assertNoneIsEmpty(plan: KillPlan, rounds: number): void {
  const never = [...plan.hitCounts].filter(([, count]) => count === 0).map(([name]) => name);
  assert.ok(rounds < plan.kindCount || never.length === 0, `never killed ${never.join(", ")}`);
}

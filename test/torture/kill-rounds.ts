// kill -9 in the middle of everything, again and again over one data folder: after each restart every acknowledged
// part and object is there and whole, and every open upload can be finished or aborted.
import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { type ServedFolder, ServerDidNotStart, serveFolder } from "../e2e/server-process.ts";
import { assertNothingIsLeftOver } from "./audit-objects.ts";
import { CrashWorld } from "./crash-world.ts";
import { type Kill, KillPlan, nameOf } from "./kill-plan.ts";
import { seededRandom } from "./seeded-random.ts";
import { WatchedCalls } from "./watched-calls.ts";

export interface KillRoundsOptions {
  readonly folder: string;
  readonly rounds: number;
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

/** How long to wait for the place or the operation of a kill; then it has missed. */
const KILL_TIMEOUT_MS = 5_000;
const LOAD_BEFORE_STOP_MS = 200;
/** Kills that miss are made up for, as long as the server is not killed by them this often more. */
const MISSED_MAX_PER_ROUND = 1;

/** @throws {AssertionError} when anything acknowledged is missing or changed, or a kind of kill was never made */
export async function runKillRounds(options: KillRoundsOptions): Promise<KillRoundsResult> {
  const { folder, rounds, seed, log, passRound = () => undefined } = options;
  const random = seededRandom(seed);
  const plan = new KillPlan(random);
  const world = new CrashWorld(random);
  await world.prepare(folder);
  let missedCount = 0;
  for (let round = 1; round <= rounds; ) {
    const kill = plan.next();
    if (await runRound(kill, folder, world)) {
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
  await using server = await serveFolder(folder);
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

/** Audits what the last kill left, then kills. @returns whether the server was killed where it was to be */
async function runRound(kill: Kill, folder: string, world: CrashWorld): Promise<boolean> {
  if (kill.kind === "point" && kill.phase === "start") {
    return await diesAtStart(kill.point, folder);
  }
  const startFile = `${folder}.armed`;
  await rm(startFile, { force: true });
  const environment =
    kill.kind === "point"
      ? { PARTWISE_CRASH_AT: `${kill.point}:${kill.pass}`, PARTWISE_CRASH_ONCE: startFile }
      : {};
  await using server = await serveFolder(folder, [], environment);
  await world.audit(server);
  await writeFile(startFile, "");
  const calls = new WatchedCalls(server, world.durations);
  const load = Promise.allSettled(world.startLoad(server, calls));
  const isHit = await makeKill(kill, server, calls);
  calls.end();
  await server.kill();
  for (const outcome of await load) {
    assert.equal(outcome.status, "fulfilled", outcome.status === "rejected" ? String(outcome.reason) : "");
  }
  return isHit;
}

async function diesAtStart(point: string, folder: string): Promise<boolean> {
  try {
    await using server = await serveFolder(folder, [], { PARTWISE_CRASH_AT: point });
    await server.kill();
    return false;
  } catch (failure) {
    if (failure instanceof ServerDidNotStart && failure.signal === "SIGKILL") {
      return true;
    }
    throw failure;
  }
}

async function makeKill(kill: Kill, server: ServedFolder, calls: WatchedCalls): Promise<boolean> {
  switch (kill.kind) {
    case "moment":
      await delay(kill.afterMs);
      calls.end();
      await server.kill();
      return true;
    case "operation":
      return await killDuring(kill, server, calls);
    case "point":
      if (kill.phase === "stop") {
        await delay(LOAD_BEFORE_STOP_MS);
        calls.end();
        await server.stop();
        return server.child.signalCode === "SIGKILL";
      }
      return (await server.hasEndedWithin(KILL_TIMEOUT_MS)) && server.child.signalCode === "SIGKILL";
  }
}

async function killDuring(
  { operation, fraction, pass }: Extract<Kill, { kind: "operation" }>,
  server: ServedFolder,
  calls: WatchedCalls,
): Promise<boolean> {
  let passesLeft = pass;
  calls.onBegin((begun, usualMs) => {
    passesLeft -= begun === operation ? 1 : 0;
    if (begun === operation && passesLeft === 0) {
      void killAt(performance.now() + fraction * usualMs, server, calls);
    }
  });
  return await server.hasEndedWithin(KILL_TIMEOUT_MS);
}

/** To a fraction of a millisecond, which timers do not know. */
async function killAt(atMs: number, server: ServedFolder, calls: WatchedCalls): Promise<void> {
  while (performance.now() < atMs) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  calls.end();
  await server.kill();
}

function assertNoneIsEmpty(plan: KillPlan, rounds: number): void {
  const never = [...plan.hitCounts].filter(([, count]) => count === 0).map(([name]) => name);
  assert.ok(rounds < plan.kindCount || never.length === 0, `never killed ${never.join(", ")}`);
}

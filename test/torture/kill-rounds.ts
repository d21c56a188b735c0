// kill -9 in the middle of everything, again and again over one data folder: after each restart every acknowledged
// part and object is there and whole, and every open upload can be finished or aborted.
import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { openEmbeddedStore } from "../../src/storage/index.ts";
import { bucketRecord } from "../contract/metadata/records.ts";
import { type ServedFolder, ServerDidNotStart, serveFolder } from "../e2e/server-process.ts";
import { assertNothingIsLeftOver, auditObjects, type EndedUploads } from "./audit-objects.ts";
import { auditVersions } from "./audit-versions.ts";
import { runLoad } from "./kill-load.ts";
import { type Kill, KillPlan, nameOf } from "./kill-plan.ts";
import { Ledger } from "./ledger.ts";
import { type SeededRandom, seededRandom } from "./seeded-random.ts";
import { VersionLedger } from "./version-ledger.ts";
import { type Durations, WatchedCalls } from "./watched-calls.ts";

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

const BUCKET = "torture";
const VERSIONED_BUCKET = "torture-versions";
const WORKER_COUNT = 4;
/** How long to wait for the place or the operation of a kill; then it has missed. */
const KILL_TIMEOUT_MS = 5_000;
const LOAD_BEFORE_STOP_MS = 200;
/** Kills that miss are made up for, as long as the server is not killed by them this often more. */
const MISSED_MAX_PER_ROUND = 1;

/** @throws {AssertionError} when anything acknowledged is missing or changed, or a kind of kill was never made */
export async function runKillRounds(options: KillRoundsOptions): Promise<KillRoundsResult> {
  const { folder, rounds, seed, log, passRound = () => undefined } = options;
  const random = seededRandom(seed);
  const world: World = {
    ...{ folder, random, plan: new KillPlan(random), durations: new Map() },
    ...{ ledger: new Ledger(), versionLedger: new VersionLedger(), ended: { finished: 0, aborted: 0 } },
  };
  const { ledger, versionLedger, plan, ended } = world;
  const acknowledgedCount = () => ledger.acknowledgedCount + versionLedger.acknowledgedCount;
  await makeBuckets(folder);
  let missedCount = 0;
  for (let round = 1; round <= rounds; ) {
    const kill = plan.next();
    if (await runRound(kill, world)) {
      plan.hit(kill);
      passRound();
      log(`kill ${round} of ${rounds} ${nameOf(kill)}: ${acknowledgedCount()} acknowledged so far`);
      round += 1;
    } else {
      plan.missed(kill);
      missedCount += 1;
      log(`the server did not come to be killed ${nameOf(kill)}`);
      assert.ok(missedCount <= rounds * MISSED_MAX_PER_ROUND, `${missedCount} kills missed`);
    }
  }
  await using server = await serve(world);
  await audit(server, world);
  assert.equal(await server.stop(), 0, server.stderr());
  await assertNothingIsLeftOver(folder);
  assertNoneIsEmpty(plan, rounds);
  return {
    acknowledgedCount: acknowledgedCount(),
    finishedUploadCount: ended.finished,
    abortedUploadCount: ended.aborted,
    killCounts: plan.hitCounts,
  };
}

interface World {
  readonly folder: string;
  readonly random: SeededRandom;
  readonly plan: KillPlan;
  readonly durations: Durations;
  readonly ledger: Ledger;
  readonly versionLedger: VersionLedger;
  readonly ended: EndedUploads;
}

async function makeBuckets(folder: string): Promise<void> {
  await using store = await openEmbeddedStore(folder);
  await store.metadata.createBucket(bucketRecord({ name: BUCKET }));
  await store.metadata.createBucket(bucketRecord({ name: VERSIONED_BUCKET, versioning: "Enabled" }));
}

/** Audits what the last kill left, then kills. @returns whether the server was killed where it was to be */
async function runRound(kill: Kill, world: World): Promise<boolean> {
  if (kill.kind === "point" && kill.phase === "start") {
    return await diesAtStart(kill.point, world);
  }
  const startFile = `${world.folder}.armed`;
  await rm(startFile, { force: true });
  const environment =
    kill.kind === "point"
      ? { PARTWISE_CRASH_AT: `${kill.point}:${kill.pass}`, PARTWISE_CRASH_ONCE: startFile }
      : {};
  await using server = await serve(world, environment);
  await audit(server, world);
  await writeFile(startFile, "");
  const calls = new WatchedCalls(server, world.durations);
  const load = Promise.allSettled(startLoad(server, calls, world));
  const isHit = await makeKill(kill, server, calls);
  calls.end();
  await server.kill();
  for (const outcome of await load) {
    assert.equal(outcome.status, "fulfilled", outcome.status === "rejected" ? String(outcome.reason) : "");
  }
  return isHit;
}

function serve({ folder }: World, environment: Readonly<Record<string, string>> = {}): Promise<ServedFolder> {
  return serveFolder(folder, [], environment);
}

async function audit(server: ServedFolder, { ledger, versionLedger, ended }: World): Promise<void> {
  await auditObjects(server.bucket(BUCKET, { attempts: 1 }), ledger, ended);
  await auditVersions(server.bucket(VERSIONED_BUCKET, { attempts: 1 }), versionLedger);
}

async function diesAtStart(point: string, world: World): Promise<boolean> {
  try {
    await using server = await serve(world, { PARTWISE_CRASH_AT: point });
    await server.kill();
    return false;
  } catch (failure) {
    if (failure instanceof ServerDidNotStart && failure.signal === "SIGKILL") {
      return true;
    }
    throw failure;
  }
}

function startLoad(server: ServedFolder, calls: WatchedCalls, world: World): readonly Promise<void>[] {
  const { ledger, versionLedger, random } = world;
  return Array.from({ length: WORKER_COUNT }, (_, worker) =>
    runLoad({
      bucket: server.bucket(BUCKET, { attempts: 1 }),
      versionedBucket: server.bucket(VERSIONED_BUCKET, { attempts: 1 }),
      ...{ ledger, versionLedger, random, worker },
      isOver: () => calls.isOver(),
      call: (operation, act) => calls.call(operation, act),
    }),
  );
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

// One kill of a server under load, as the plan says: where, and which of its processes. Afterwards those that are left do
// what they have to: without a worker the service goes on, without the committer the workers end.
import assert from "node:assert/strict";
import { access } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { ServedFolder } from "../e2e/server-process.ts";
import type { CrashWorld } from "./crash-world.ts";
import type { Kill, Victim } from "./kill-plan.ts";
import type { SeededRandom } from "./seeded-random.ts";
import type { WatchedCalls } from "./watched-calls.ts";

/** How long to wait for the place or the operation of a kill; then it has missed. */
const KILL_TIMEOUT_MS = 5_000;
/** Garbage has to be made, and to lie for its second, twice before a segment is removed. */
const HURRIED_KILL_TIMEOUT_MS = 15_000;
const LOAD_BEFORE_STOP_MS = 200;
/** How long the others may take to notice that the committer is gone. */
const WORKERS_END_TIMEOUT_MS = 10_000;
const REPLACED_TIMEOUT_MS = 10_000;
const POLL_MS = 5;
/** Processes are listed by another one. */
const PROCESS_POLL_MS = 50;

export interface KilledServer {
  readonly server: ServedFolder;
  /** From before anything was sent: one that kills itself may be gone, or replaced, before others are listed. */
  readonly workersBefore: readonly number[];
  readonly calls: WatchedCalls;
  readonly world: CrashWorld;
  readonly random: SeededRandom;
  /** A process that kills itself removes it. */
  readonly startFile: string;
}

/** @returns whether somebody was killed where it was to be @throws {AssertionError} when the others go wrong */
export async function killServer(kill: Kill, killed: KilledServer): Promise<boolean> {
  const { server, workersBefore, calls, world } = killed;
  const isHit = await makeKill(kill, killed);
  if (!isHit || kill.victim === "everything") {
    return isHit;
  }
  if (kill.victim === "committer") {
    calls.end();
    assert.ok(await server.hasEndedWithin(WORKERS_END_TIMEOUT_MS), "the committer is still there");
    await assertEnded(workersBefore);
    return true;
  }
  assert.equal(server.child.exitCode ?? server.child.signalCode, null, "a worker took the committer along");
  await world.assertServiceGoesOn(server);
  await assertReplaced(server, workersBefore);
  return true;
}

async function makeKill(kill: Kill, killed: KilledServer): Promise<boolean> {
  switch (kill.kind) {
    case "moment":
      await delay(kill.afterMs);
      await killVictim(kill.victim, killed);
      return true;
    case "operation":
      return await killDuring(kill, killed);
    case "point":
      return await killsItself(kill, killed);
  }
}

async function killsItself(
  { phase, hurriesGarbage }: Extract<Kill, { kind: "point" }>,
  { server, calls, startFile }: KilledServer,
): Promise<boolean> {
  if (phase === "stop") {
    await delay(LOAD_BEFORE_STOP_MS);
    calls.end();
    await server.stop();
    return server.child.signalCode === "SIGKILL";
  }
  const deadlineMs = performance.now() + (hurriesGarbage ? HURRIED_KILL_TIMEOUT_MS : KILL_TIMEOUT_MS);
  while (performance.now() < deadlineMs) {
    if (!(await isThere(startFile))) {
      return true;
    }
    await delay(POLL_MS);
  }
  return false;
}

async function killDuring(
  kill: Extract<Kill, { kind: "operation" }>,
  killed: KilledServer,
): Promise<boolean> {
  let passesLeft = kill.pass;
  const isMade = new Promise<boolean>((resolve, reject) => {
    killed.calls.onBegin((begun, usualMs) => {
      passesLeft -= begun === kill.operation ? 1 : 0;
      if (begun === kill.operation && passesLeft === 0) {
        const atMs = performance.now() + kill.fraction * usualMs;
        killAt(atMs, kill.victim, killed).then(() => resolve(true), reject);
      }
    });
  });
  const missed = new AbortController();
  const timeout = delay(KILL_TIMEOUT_MS, false, { signal: missed.signal }).catch(() => false);
  const isHit = await Promise.race([isMade, timeout]);
  missed.abort();
  return isHit;
}

/** To a fraction of a millisecond, which timers do not know. */
async function killAt(atMs: number, victim: Victim, killed: KilledServer): Promise<void> {
  while (performance.now() < atMs) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  await killVictim(victim, killed);
}

async function killVictim(victim: Victim, { server, calls, random }: KilledServer): Promise<void> {
  if (victim === "worker") {
    process.kill(random.pick(await server.workerPids()), "SIGKILL");
    return;
  }
  calls.end();
  await (victim === "everything" ? server.killGroup() : server.kill());
}

/** Another one has taken the place of the one that died. */
async function assertReplaced(server: ServedFolder, before: readonly number[]): Promise<void> {
  const deadlineMs = performance.now() + REPLACED_TIMEOUT_MS;
  for (;;) {
    const now = await server.workerPids();
    if (now.length === before.length && now.some((pid) => !before.includes(pid))) {
      return;
    }
    assert.ok(performance.now() < deadlineMs, "no worker took the place of the one that died");
    await delay(PROCESS_POLL_MS);
  }
}

async function assertEnded(pids: readonly number[]): Promise<void> {
  const deadlineMs = performance.now() + WORKERS_END_TIMEOUT_MS;
  while (pids.some(isAlive)) {
    assert.ok(performance.now() < deadlineMs, "a worker outlives the committer");
    await delay(POLL_MS);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

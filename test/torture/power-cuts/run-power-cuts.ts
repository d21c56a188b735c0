// The power goes at a random moment under load, again and again: what the disk has then is mounted, a server opens it, and
// everything that was acknowledged before is there. With one kind of sync left out the same audit has to fail.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { serveFolder } from "../../e2e/server-process.ts";
import { CrashWorld } from "../crash-world.ts";
import { type SeededRandom, seededRandom } from "../seeded-random.ts";
import { WatchedCalls } from "../watched-calls.ts";
import { openPowerLab, type PowerLab } from "./power-lab.ts";
import { UNSYNCED_KINDS, type UnsyncedKind } from "./unsynced-kind.ts";

export interface PowerCutsOptions {
  readonly folder: string;
  readonly cuts: number;
  readonly seed: number;
  readonly log: (line: string) => void;
  /** Called for each cut, whose loss the next audit throws, and for each kind of sync without which cuts lost something. */
  readonly pass: () => void;
}

/** How a server is run until the power goes. */
interface PoweredServer {
  readonly flags: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly cutAfterMs: readonly [min: number, max: number];
}

const QUICK_CUT_MS = [100, 1_000] as const;
/** So long it takes until blobs are moved and segments go. */
const HURRIED_CUT_MS = [1_500, 4_000] as const;
const HURRIED_SHARE = 0.25;
const WITHOUT_SYNC = new URL("./without-sync.ts", import.meta.url);
/** One is enough as a rule: the file system writes by itself only every 5 s. */
const CUTS_WITHOUT_SYNC_MAX = 5;
/**
 * What no cut can show on an ext4: it writes the name of a new file together with the file's own first sync. Other file
 * systems need not, so the store asks all the same.
 */
const UNSEEN_KINDS: readonly UnsyncedKind[] = ["folders"];

/** @throws {NotRun} where there can be no such disk @throws {AssertionError} when anything acknowledged was lost */
export async function runPowerCuts({ folder, cuts, seed, log, pass }: PowerCutsOptions): Promise<void> {
  const random = seededRandom(seed);
  await assertCutsCanLose({ folder, cuts, seed, log, pass }, random);
  await mkdir(join(folder, "synced"));
  await using lab = await openPowerLab(join(folder, "synced"));
  const world = new CrashWorld(random);
  const data = join(lab.disk, "data");
  await world.prepare(data);
  for (let cut = 1; cut <= cuts; cut += 1) {
    // With one process, and with several.
    const workerCount = 1 + (cut % 2);
    const isHurried = random.next() < HURRIED_SHARE;
    await cutUnderLoad(lab, data, world, random, {
      flags: ["--workers", String(workerCount)],
      environment: isHurried ? { PARTWISE_HURRY_GARBAGE: "1" } : {},
      cutAfterMs: isHurried ? HURRIED_CUT_MS : QUICK_CUT_MS,
    });
    const how = `${workerCount === 1 ? "one process" : "workers"}${isHurried ? ", blobs moved" : ""}`;
    log(`power cut ${cut} of ${cuts} (${how}): ${world.acknowledgedCount} acknowledged so far`);
    pass();
  }
  await auditAlone(data, world);
}

/** @throws {AssertionError} when nothing is lost without a sync: then cuts with syncs would show nothing */
async function assertCutsCanLose(
  { folder, log, pass }: PowerCutsOptions,
  random: SeededRandom,
): Promise<void> {
  await mkdir(join(folder, "unsynced"));
  await using lab = await openPowerLab(join(folder, "unsynced"));
  for (const kind of UNSYNCED_KINDS) {
    const loss = await lossWithout(kind, lab, random);
    if (loss === undefined) {
      assert.ok(
        UNSEEN_KINDS.includes(kind),
        `${CUTS_WITHOUT_SYNC_MAX} power cuts without a sync of ${kind} lost nothing: they cannot show that it is missing`,
      );
      log(`without a sync of ${kind} ${CUTS_WITHOUT_SYNC_MAX} power cuts lose nothing on an ext4`);
    } else {
      log(`without a sync of ${kind} power cut ${loss.cut} loses data, as it must: ${loss.message}`);
      pass();
    }
  }
}

interface Loss {
  readonly cut: number;
  readonly message: string;
}

/** What was acknowledged and is not there any more, when syncs of one kind are left out. */
async function lossWithout(
  kind: UnsyncedKind,
  lab: PowerLab,
  random: SeededRandom,
): Promise<Loss | undefined> {
  const world = new CrashWorld(random);
  const data = join(lab.disk, kind);
  await world.prepare(data);
  // With syncs: the folder is whole, and has its credentials, before any is left out.
  await auditAlone(data, world);
  for (let cut = 1; cut <= CUTS_WITHOUT_SYNC_MAX; cut += 1) {
    await cutUnderLoad(lab, data, world, random, {
      flags: ["--workers", "1"],
      environment: { NODE_OPTIONS: `--import ${WITHOUT_SYNC}`, PARTWISE_WITHOUT_SYNC: kind },
      cutAfterMs: QUICK_CUT_MS,
    });
    await using server = await serveFolder(data);
    const failure = await world.audit(server).then(
      () => undefined,
      (error: Error) => error,
    );
    if (failure !== undefined) {
      return { cut, message: failure.message.split("\n")[0] ?? "" };
    }
    assert.equal(await server.stop(), 0, server.stderr());
  }
  return undefined;
}

/** Serves the disk, audits what the last cut left, loads the server, cuts the power in the middle, and leaves the disk as it is when it comes back. */
async function cutUnderLoad(
  lab: PowerLab,
  data: string,
  world: CrashWorld,
  random: SeededRandom,
  { flags, environment, cutAfterMs }: PoweredServer,
): Promise<void> {
  await using server = await serveFolder(data, flags, environment, { hasOwnGroup: true });
  await world.audit(server);
  const calls = new WatchedCalls(server, world.durations);
  const load = Promise.allSettled(world.startLoad(server, calls));
  await delay(random.integer(...cutAfterMs));
  // What is answered from here on may have come too late for the disk: to the ledger it has no answer.
  calls.end();
  await lab.cut();
  await server.killGroup();
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

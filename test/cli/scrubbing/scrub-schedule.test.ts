import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import {
  ScrubSchedule,
  type ScrubScheduleOptions,
  type ScrubStatus,
} from "../../../src/cli/scrubbing/scrub-schedule.ts";
import { openEmbeddedStore, type Store } from "../../../src/storage/index.ts";
import { BUCKET, bucketRecord, newObject } from "../../contract/metadata/records.ts";
import { makeTemporaryFolder } from "../../storage/temporary-folder.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const WEEK_MS = 7 * DAY_MS;
const START_MS = 1_760_000_000_000;
const LARGE_BYTES = 3 * 1_048_576;

describe("ScrubSchedule", () => {
  it("waits for a week in a new folder, over restarts, then reads everything and names what is damaged", async () => {
    await using world = await filledFolder();
    await world.runAt(START_MS);
    await world.damage("second");

    const early = await world.runAt(START_MS + WEEK_MS - 1);
    const due = await world.scrubAt(START_MS + WEEK_MS);
    const restarted = await world.runAt(START_MS + WEEK_MS + DAY_MS);

    assert.deepEqual([early.damages, early.verifiedBytes], [[], 0]);
    assert.equal(due.verifiedBytes, 3 * LARGE_BYTES);
    assert.equal(due.endedAtMs, START_MS + WEEK_MS);
    assert.equal(due.damages.length, 1);
    assert.match(due.damages[0] ?? "", /object photos\/second, part 1: .* is damaged at byte 0/);
    assert.deepEqual([restarted.damages, restarted.verifiedBytes], [due.damages, 0]);
    assert.deepEqual(world.failures, due.damages);
    assert.deepEqual(world.ends, [`scrub: 3 blobs, ${3 * LARGE_BYTES} bytes read, 1 of them damaged`]);
  });

  it("forgets a damage when its object is gone", async () => {
    await using world = await filledFolder();
    await world.runAt(START_MS);
    await world.damage("second");
    await world.scrubAt(START_MS + WEEK_MS);

    await world.store.metadata.deleteObjects(BUCKET, [{ key: "second" }], START_MS);
    await world.store.metadata.forgetGarbage([world.blobIdOf("second")]);

    assert.deepEqual((await world.runAt(START_MS + WEEK_MS + 1)).damages, []);
  });

  it("ends at once when it is told to, and goes on behind the last blob that it read", async () => {
    await using world = await filledFolder();
    await world.runAt(START_MS);
    const slow = { bytesPerSecond: LARGE_BYTES * 20 };
    let readBlob: () => void = () => undefined;
    const oneIsRead = new Promise<void>((resolve) => {
      readBlob = resolve;
    });
    const now = () => START_MS + WEEK_MS;
    const interrupted = await ScrubSchedule.start({ ...world.options, ...slow, now });
    const watching = setInterval(() => interrupted.status().verifiedBytes > 0 && readBlob(), 1);
    await oneIsRead;
    clearInterval(watching);
    await interrupted[Symbol.asyncDispose]();
    const first = interrupted.status();

    const second = await world.scrubAt(START_MS + WEEK_MS);

    assert.ok(first.verifiedBytes < 3 * LARGE_BYTES, String(first.verifiedBytes));
    assert.equal(first.verifiedBytes + second.verifiedBytes, 3 * LARGE_BYTES);
    assert.deepEqual(world.ends, [`scrub: 3 blobs, ${3 * LARGE_BYTES} bytes read, 0 of them damaged`]);
  });

  it("waits a week from then on when the clock was set back", async () => {
    await using world = await filledFolder();
    await world.runAt(START_MS + 10 * WEEK_MS);
    await world.runAt(START_MS);

    const early = await world.runAt(START_MS + WEEK_MS - 1);
    const due = await world.scrubAt(START_MS + WEEK_MS);

    assert.deepEqual([early.verifiedBytes, due.verifiedBytes], [0, 3 * LARGE_BYTES]);
  });

  it("takes notes that nobody can read for none", async () => {
    await using world = await filledFolder();
    await writeFile(join(world.folder, "scrub.json"), '{"endedAtMs": 17');

    await world.runAt(START_MS);

    const notes: unknown = JSON.parse(await readFile(join(world.folder, "scrub.json"), "utf8"));
    assert.deepEqual(notes, { endedAtMs: START_MS });
  });
});

interface World extends AsyncDisposable {
  readonly folder: string;
  readonly store: Store;
  readonly failures: readonly string[];
  readonly ends: readonly string[];
  readonly options: ScrubScheduleOptions;
  blobIdOf(key: string): string;
  damage(key: string): Promise<void>;
  /** What a schedule knows that is started at this time, and ended at once. */
  runAt(nowMs: number): Promise<ScrubStatus>;
  /** The same, ended after its scrub. */
  scrubAt(nowMs: number): Promise<ScrubStatus>;
}

async function filledFolder(): Promise<World> {
  const { path: folder, ...temporary } = await makeTemporaryFolder();
  const store = await openEmbeddedStore(folder, { collectEveryMs: "never" });
  await store.metadata.createBucket(bucketRecord());
  const blobIds = new Map<string, string>();
  for (const key of ["first", "second", "third"]) {
    blobIds.set(key, await putObject(store, key));
  }
  const failures: string[] = [];
  const ends: string[] = [];
  const options: ScrubScheduleOptions = {
    ...{ folder, intervalMs: WEEK_MS, bytesPerSecond: 1e12, now: () => START_MS },
    findGone: (ids) => store.metadata.findOrphans(ids),
    reportFailure: (failure) => void failures.push((failure as Error).message),
    reportEnd: (message) => void ends.push(message),
  };
  return {
    ...{ folder, store, failures, ends, options },
    blobIdOf: (key) => blobIds.get(key) ?? "",
    async damage(key) {
      const [lease = "", name = ""] = (blobIds.get(key) ?? "").split("/");
      const [folderOfBlob = ""] = await readdir(join(folder, "blobs", lease));
      const file = join(folder, "blobs", lease, folderOfBlob, name);
      const bytes = await readFile(file);
      bytes[0] = 1;
      await writeFile(file, bytes);
    },
    runAt: (nowMs) => statusOf({ ...options, now: () => nowMs }, async () => undefined),
    scrubAt: (nowMs) =>
      statusOf({ ...options, now: () => nowMs }, async () => {
        const endCount = ends.length;
        while (ends.length === endCount) {
          await setImmediate();
        }
      }),
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await temporary[Symbol.asyncDispose]();
    },
  };
}

async function statusOf(options: ScrubScheduleOptions, wait: () => Promise<void>): Promise<ScrubStatus> {
  const schedule = await ScrubSchedule.start(options);
  await wait();
  await schedule[Symbol.asyncDispose]();
  return schedule.status();
}

async function putObject({ blobs, metadata }: Store, key: string): Promise<string> {
  const writer = await blobs.create({ sizeBytes: LARGE_BYTES });
  await writer.write(new Uint8Array(LARGE_BYTES));
  await writer.commit();
  await metadata.putObject(newObject({ key, extents: [{ blobId: writer.id, sizeBytes: LARGE_BYTES }] }));
  return writer.id;
}

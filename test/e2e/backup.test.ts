// The real command backs up the folder of a real server under load; a server over what is restored has everything that was
// acknowledged before.
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Bucket } from "../../src/client/node/index.ts";
import { runCommand } from "../cli/run-command.ts";
import { CrashWorld } from "../torture/crash-world.ts";
import { seededBytes, seededRandom } from "../torture/seeded-random.ts";
import { WatchedCalls } from "../torture/watched-calls.ts";
import { serveFolder } from "./server-process.ts";

const ACKNOWLEDGED_MIN = 30;
const OTHER_BUCKET = "busy-meanwhile";

describe("partwise backup and partwise restore", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "partwise-backup-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("bring back everything that was acknowledged, from a server under load", async () => {
    const world = new CrashWorld(seededRandom(20261123));
    await world.prepare(join(folder, "data"));
    {
      await using server = await serveFolder(join(folder, "data"));
      const calls = new WatchedCalls(server, world.durations);
      const load = Promise.allSettled(world.startLoad(server, calls));
      while (world.acknowledgedCount < ACKNOWLEDGED_MIN) {
        await delay(10);
      }
      calls.end();
      await load;
      const meanwhile = new AbortController();
      const busy = keepBusy(server.bucket(OTHER_BUCKET), meanwhile.signal);

      const backup = await runCommand(["backup", "--data", "data", "backup"], { cwd: folder });

      meanwhile.abort();
      assert.ok((await busy) > 0);
      assert.deepEqual([backup.status, backup.stderr], [0, ""]);
    }
    const restore = await runCommand(["restore", "backup", "--data", "restored"], { cwd: folder });

    assert.deepEqual([restore.status, restore.stderr], [0, ""]);
    assert.match(restore.stdout, /all verified/);
    const check = await runCommand(["fsck", "--data", "restored"], { cwd: folder });
    assert.equal(check.status, 0, check.stdout + check.stderr);
    await using server = await serveFolder(join(folder, "restored"));
    await world.audit(server);
  });

  it("say which object of a backup is damaged", async () => {
    const blobs = await filesBelow(join(folder, "backup", "blobs"));
    for (const blob of blobs) {
      await flipBytes(blob);
    }

    const { status, stderr } = await runCommand(["restore", "backup", "--data", "damaged"], { cwd: folder });

    assert.equal(status, 1);
    assert.match(stderr, /damaged object[\s\S]*oss:\/\/torture\/worker-\d/);
  });

  it("say what is no data folder in one line", async () => {
    const { status, stderr } = await runCommand(["backup", "--data", "nowhere", "other"], { cwd: folder });

    assert.equal(status, 1);
    assert.match(stderr, /^partwise: \S+nowhere is no data folder: it has no metadata.sqlite\n$/);
  });
});

/** @returns how many objects it has put and replaced */
async function keepBusy(bucket: Bucket, signal: AbortSignal): Promise<number> {
  await bucket.createBucket();
  let count = 0;
  while (!signal.aborted) {
    await bucket.putObject(`key ${count % 5}`, seededBytes(count, 50_000));
    count += 1;
  }
  return count;
}

async function filesBelow(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

/** One in each KiB, so that every blob of a segment has its own. */
async function flipBytes(path: string): Promise<void> {
  const bytes = await readFile(path);
  for (let position = 512; position < bytes.length; position += 1024) {
    bytes[position] = (bytes[position] ?? 0) ^ 1;
  }
  await writeFile(path, bytes);
}

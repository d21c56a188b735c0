// What was acknowledged has names that a power cut leaves, on any file system: each folder was synced after its name came
// and before somebody was told. With any of these syncs left out, some `it` fails.
import assert from "node:assert/strict";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { replaceFile, writeNewFile } from "../../src/server/identity/durable-files.ts";
import {
  backUpFolder,
  GARBAGE_GRACE_MS,
  openEmbeddedStore,
  restoreFolder,
  type Store,
} from "../../src/storage/index.ts";
import { writeBlob } from "../contract/blob-store-contract.ts";
import { BUCKET, bucketRecord, NOW_MS, newObject } from "../contract/metadata/records.ts";
import { type SyncedNames, watchSyncedNames } from "./synced-names.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

const LARGE_SIZE_BYTES = 1_200_000;
const isLinux = process.platform === "linux";

describe("a power cut", { skip: isLinux ? false : "finds the folders of descriptors in /proc" }, () => {
  let names: SyncedNames;
  before(async () => {
    names = await watchSyncedNames();
  });
  after(() => names[Symbol.dispose]());

  it("leaves a new folder, its database and its lease, however deep it lies", async () => {
    await using folder = await makeTemporaryFolder();
    const data = join(folder.path, "not", "there", "yet");

    await using _store = await openEmbeddedStore(data, { collectEveryMs: "never" });

    for (const path of [data, join(data, "metadata.sqlite"), join(data, "blobs", "1")]) {
      assert.ok(names.survives(path, folder.path), path);
    }
  });

  it("leaves a folder that somebody made and did not sync", async () => {
    await using folder = await makeTemporaryFolder();
    const data = join(folder.path, "made");
    await mkdir(data);

    await using _store = await openEmbeddedStore(data, { collectEveryMs: "never" });

    assert.ok(names.survives(data, folder.path));
  });

  it("leaves the files of blobs that were committed, small ones and large ones", async () => {
    await using world = await openWorld();

    await writeBlob(world.store.blobs, [Buffer.from("small")]);
    const segments = await world.files();
    assert.deepEqual(segments.filter(world.isLost), []);
    await writeBlob(world.store.blobs, [Buffer.alloc(LARGE_SIZE_BYTES)]);
    const files = await world.files();

    assert.deepEqual([segments.length, files.length], [1, 2]);
    assert.deepEqual(files.filter(world.isLost), []);
  });

  it("brings back no large blob that was deleted", async () => {
    await using world = await openWorld();
    const blobId = await writeBlob(world.store.blobs, [Buffer.alloc(LARGE_SIZE_BYTES)]);
    const [file = ""] = await world.files();

    await world.store.blobs.delete([blobId]);

    assert.ok(world.isLost(file));
  });

  it("leaves the marks of small blobs that were deleted, and brings back no segment that went", async () => {
    await using world = await openWorld();
    await world.put("a", "bytes of a");
    await world.put("b", "bytes of b");
    await world.store.metadata.deleteObjects(BUCKET, [{ key: "a" }], NOW_MS);

    await world.collectAfterGrace();
    const marked = await world.files();
    const lost = marked.filter(world.isLost);
    await world.store.metadata.deleteObjects(BUCKET, [{ key: "b" }], NOW_MS + GARBAGE_GRACE_MS);
    await world.collectAfterGrace();
    await world.collectAfterGrace();

    assert.deepEqual(
      marked.map((file) => file.slice(-5)),
      ["ent-1", ".dead"],
    );
    assert.deepEqual(lost, []);
    assert.deepEqual(await world.files(), []);
    assert.ok(world.isLost(marked[0] ?? ""));
  });

  it("leaves a backup that was finished, and what was restored from it", async () => {
    await using world = await openWorld();
    await world.put("small", "bytes");
    await world.put("large", "l".repeat(LARGE_SIZE_BYTES));
    const [backup, restored] = [join(world.base, "backup"), join(world.base, "restored")];

    await backUpFolder(world.data, backup);
    const copies = await filesBelow(backup);
    await restoreFolder(backup, restored);

    const lock = "lock.sqlite";
    const needed = [...copies, ...(await filesBelow(restored))].filter((file) => !file.endsWith(lock));
    assert.deepEqual(needed.filter(world.isLost), []);
    assert.ok(needed.length >= 6, needed.join(" "));
  });

  it("leaves the files of keys and users, those that were replaced too", async () => {
    await using folder = await makeTemporaryFolder();
    const [first, second] = [join(folder.path, "secret.key"), join(folder.path, "users.json")];

    writeNewFile(first, "a key");
    const isFirstThere = names.survives(first, folder.path);
    replaceFile(second, "users");

    assert.ok(isFirstThere);
    assert.ok(names.survives(second, folder.path));
  });

  async function openWorld() {
    const folder = await makeTemporaryFolder();
    const data = join(folder.path, "data");
    let nowMs = NOW_MS;
    const store: Store = await openEmbeddedStore(data, { collectEveryMs: "never", now: () => nowMs });
    await store.metadata.createBucket(bucketRecord());
    return {
      store,
      data,
      base: folder.path,
      /** Of blobs, and of marks beside them. */
      files: () => filesBelow(join(data, "blobs")),
      isLost: (file: string) => !names.survives(file, folder.path),
      async put(key: string, text: string) {
        const blobId = await writeBlob(store.blobs, [Buffer.from(text)]);
        await store.metadata.putObject(newObject({ key, extents: [{ blobId, sizeBytes: text.length }] }));
      },
      async collectAfterGrace() {
        nowMs += GARBAGE_GRACE_MS;
        await store.collectGarbage();
      },
      async [Symbol.asyncDispose]() {
        await store[Symbol.asyncDispose]();
        await folder[Symbol.asyncDispose]();
      },
    };
  }
});

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

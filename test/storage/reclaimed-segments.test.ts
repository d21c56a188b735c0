// Space comes back from segments: those in which nothing is alive go, and what is alive in the others is moved.
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { FileBlobStore } from "../../src/storage/embedded/file-blob-store.ts";
import { GARBAGE_GRACE_MS, openEmbeddedStore, type Store } from "../../src/storage/index.ts";
import { readBlob, writeBlob } from "../contract/blob-store-contract.ts";
import { BUCKET, bucketRecord, NOW_MS, newObject } from "../contract/metadata/records.ts";
import { blobFilesIn } from "./blob-files.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

describe("a segment", () => {
  it("is emptied once more than half of it is dead, and everything is read from its new place", async () => {
    await using world = await openWorld();
    const keys = ["a", "b", "c", "d", "e"];
    for (const key of keys) {
      await world.put(key, `bytes of ${key}`);
    }
    const before = await world.blobOf("e");
    for (const key of ["a", "b", "c"]) {
      await world.store.metadata.deleteObjects(BUCKET, [{ key }], NOW_MS);
    }

    await world.collectAfterGrace();
    const whoReadBefore = String(await readBlob(world.store.blobs, before));
    await world.collectAfterGrace();

    assert.equal(whoReadBefore, "bytes of e");
    assert.notEqual(await world.blobOf("e"), before);
    assert.deepEqual([await world.read("d"), await world.read("e")], ["bytes of d", "bytes of e"]);
    assert.deepEqual(await readdir(join(world.path, "blobs", "1")), ["segment-2"]);
  });

  it("stays as it is while no more than half of it is dead", async () => {
    await using world = await openWorld();
    await world.put("a", "12");
    await world.put("b", "34");
    await world.store.metadata.deleteObjects(BUCKET, [{ key: "a" }], NOW_MS);
    const before = await world.blobOf("b");

    await world.collectAfterGrace();

    assert.equal(await world.blobOf("b"), before);
  });

  it("keeps a blob whose owner comes only while it is moved", async () => {
    await using world = await openWorld();
    await world.put("a", "a".repeat(1_000));
    const inFlight = await writeBlob(world.store.blobs, [Buffer.from("in flight")]);
    await world.store.metadata.deleteObjects(BUCKET, [{ key: "a" }], NOW_MS);

    await world.collectAfterGrace();
    const extents = [{ blobId: inFlight, sizeBytes: 9 }];
    await world.store.metadata.putObject(newObject({ key: "late", extents }));
    await world.collectAfterGrace();
    await world.collectAfterGrace();

    assert.equal(await world.read("late"), "in flight");
    assert.notEqual(await world.blobOf("late"), inFlight);
  });

  it("is emptied after a restart too", async () => {
    await using world = await openWorld();
    for (const key of ["a", "b", "c"]) {
      await world.put(key, `bytes of ${key}`);
    }
    await world.store.metadata.deleteObjects(BUCKET, [{ key: "a" }, { key: "b" }], NOW_MS);
    await world.restart();

    await world.collectAfterGrace();
    await world.collectAfterGrace();

    assert.equal(await world.read("c"), "bytes of c");
    assert.deepEqual(await readdir(join(world.path, "blobs")), ["2"]);
  });

  it("of another living process is only marked, and goes when that has closed it", async () => {
    await using folder = await makeTemporaryFolder();
    const open = (leaseId: string) =>
      FileBlobStore.open({
        root: folder.path,
        leases: { openLease: async () => leaseId },
        isLeaseAlive: (id) => id === "1" || id === "2",
        reportError: (error) => assert.fail(String(error)),
      });
    const worker = await open("1");
    await using primary = await open("2");
    const dead = await writeBlob(worker, [Buffer.from("dead")]);
    await primary.delete([dead]);

    assert.deepEqual(await primary.reclaim(), []);
    const later = await writeBlob(worker, [Buffer.from("later")]);
    assert.equal(String(await readBlob(primary, later)), "later");
    await primary.delete([later]);
    await worker[Symbol.asyncDispose]();
    assert.deepEqual(await readdir(join(folder.path, "1")), ["segment-1", "segment-1.dead"]);
    assert.deepEqual(await primary.reclaim(), []);

    assert.deepEqual(await readdir(join(folder.path, "1")), []);
  });

  it("loses nothing, whatever is put, replaced, deleted and collected, and leaves nothing behind", async () => {
    const key = fc.constantFrom("a", "b", "c", "d", "e", "f");
    const action = fc.oneof(
      { weight: 6, arbitrary: fc.record({ put: key, sizeBytes: fc.nat(3_000) }) },
      { weight: 3, arbitrary: fc.record({ remove: key }) },
      { weight: 3, arbitrary: fc.constant("collect" as const) },
      { weight: 1, arbitrary: fc.constant("restart" as const) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 25 }), async (actions) => {
        await using world = await openWorld();
        const expected = new Map<string, string>();
        for (const [index, each] of actions.entries()) {
          if (each === "collect") {
            await world.collectAfterGrace();
          } else if (each === "restart") {
            await world.restart();
          } else if ("put" in each) {
            const text = `${index} `.repeat(each.sizeBytes);
            expected.set(each.put, text);
            await world.put(each.put, text);
          } else {
            expected.delete(each.remove);
            await world.store.metadata.deleteObjects(BUCKET, [{ key: each.remove }], NOW_MS);
          }
        }

        for (const [name, text] of expected) {
          assert.ok((await world.read(name)) === text, name);
        }
        const queued = await world.store.metadata.listGarbage({
          nowMs: Number.MAX_SAFE_INTEGER,
          limit: 1_000,
        });
        const live = await Promise.all([...expected.keys()].map((name) => world.blobOf(name)));
        assert.deepEqual(await blobFilesIn(world.path), [...live, ...queued].sort());
      }),
      { numRuns: 6 },
    );
  });
});

/** A store over a folder of its own, with a clock that stands still. */
class World implements AsyncDisposable {
  readonly path: string;
  store: Store;
  readonly #folder: AsyncDisposable;
  readonly #clock: { nowMs: number };

  constructor(path: string, folder: AsyncDisposable, store: Store, clock: { nowMs: number }) {
    this.path = path;
    this.store = store;
    this.#folder = folder;
    this.#clock = clock;
  }

  async put(key: string, text: string): Promise<void> {
    const blobId = await writeBlob(this.store.blobs, [Buffer.from(text)]);
    await this.store.metadata.putObject(newObject({ key, extents: [{ blobId, sizeBytes: text.length }] }));
  }

  async blobOf(key: string): Promise<string> {
    const opened = await this.store.metadata.openObject({ bucket: BUCKET, key });
    return opened?.extents[0]?.blobId ?? "";
  }

  async read(key: string): Promise<string> {
    return String(await readBlob(this.store.blobs, await this.blobOf(key)));
  }

  async collectAfterGrace(): Promise<void> {
    this.#clock.nowMs += GARBAGE_GRACE_MS;
    await this.store.collectGarbage();
  }

  async restart(): Promise<void> {
    await this.store[Symbol.asyncDispose]();
    this.store = await openStore(this.path, this.#clock);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store[Symbol.asyncDispose]();
    await this.#folder[Symbol.asyncDispose]();
  }
}

async function openWorld(): Promise<World> {
  const folder = await makeTemporaryFolder();
  const clock = { nowMs: NOW_MS };
  const store = await openStore(folder.path, clock);
  await store.metadata.createBucket(bucketRecord());
  return new World(folder.path, folder, store, clock);
}

function openStore(path: string, clock: { readonly nowMs: number }): Promise<Store> {
  return openEmbeddedStore(path, {
    now: () => clock.nowMs,
    collectEveryMs: "never",
    reportError: (error) => assert.fail(String(error)),
  });
}

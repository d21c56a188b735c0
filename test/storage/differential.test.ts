// The embedded store against the reference model: any sequence of actions has the same outcome in both, and afterwards
// no blob is stored that nobody owns, and none is owned that is not stored.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { SqliteMetadataStore } from "../../src/storage/embedded/sqlite-metadata-store.ts";
import { openEmbeddedStore, openMemoryStore, type Store } from "../../src/storage/index.ts";
import { blobFilesIn } from "./blob-files.ts";
import { type Action, actions } from "./store-action.ts";
import { StoreWorld } from "./store-world.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

const RUN_COUNT = 30;

// What is moved gets another blob, which the model has not: that has tests of its own.
SqliteMetadataStore.prototype.findMovable = async () => [];

describe("openEmbeddedStore() and openMemoryStore()", () => {
  it("do the same in any sequence of actions, and store what is owned and nothing else", async () => {
    await fc.assert(fc.asyncProperty(actions, assertSameOutcome), { numRuns: RUN_COUNT });
  });
});

async function assertSameOutcome(sequence: readonly Action[]): Promise<void> {
  await using folder = await makeTemporaryFolder();
  const model = await memoryWorld();
  const embedded = await embeddedWorld(folder.path);
  try {
    for (const each of sequence) {
      assert.deepEqual(await embedded.act(each), await model.act(each), each.type);
    }
    assert.deepEqual(await embedded.snapshot(), await model.snapshot());
    assert.deepEqual(await blobFilesIn(folder.path), await embedded.ownedBlobs());
    assert.deepEqual(await memoryBlobs(model.store), await model.ownedBlobs());
  } finally {
    await embedded.store[Symbol.asyncDispose]();
  }
}

async function memoryWorld(): Promise<StoreWorld> {
  const clock = (): number => world.clock.nowMs;
  const store = await openMemoryStore({ now: clock, collectEveryMs: "never" });
  const world: StoreWorld = new StoreWorld(store, async (open) => {
    const garbage = await open.metadata.listGarbage({ nowMs: Number.MAX_SAFE_INTEGER, limit: 10_000 });
    await open.metadata.forgetGarbage(await open.blobs.delete(garbage));
    return open;
  });
  return world;
}

async function embeddedWorld(path: string): Promise<StoreWorld> {
  const clock = (): number => world?.clock.nowMs ?? 0;
  const open = (): Promise<Store> => openEmbeddedStore(path, { now: clock, collectEveryMs: "never" });
  let world: StoreWorld | undefined;
  world = new StoreWorld(await open(), async (store) => {
    await store[Symbol.asyncDispose]();
    return open();
  });
  return world;
}

async function memoryBlobs({ blobs }: Store): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const id of blobs.list("1")) {
    ids.push(id);
  }
  return ids.sort();
}

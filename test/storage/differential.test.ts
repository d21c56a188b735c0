// The embedded store against the reference model: any sequence of actions has the same outcome in both, and afterwards
// no blob is stored that nobody owns, and none is owned that is not stored.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { openEmbeddedStore, openMemoryStore, type Store } from "../../src/storage/index.ts";
import { blobFilesIn } from "./blob-files.ts";
import { type Action, StoreWorld } from "./store-world.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

const ACTION_COUNT_MAX = 60;
const RUN_COUNT = 20;

const key = fc.constantFrom("a", "a/b", "é");
const sizeBytes = fc.constantFrom(0, 3, 9);
const uploadIndex = fc.nat(5);
const partNumber = fc.integer({ min: 1, max: 4 });
const seldom = fc.integer({ min: 1, max: 4 }).map((chance) => chance === 1);

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("create-bucket"), storageClass: fc.constantFrom("A", "B") }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("delete-bucket") }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("put"), key, sizeBytes, forbidOverwrite: seldom }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("delete"), keys: fc.array(key, { maxLength: 2 }) }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("create-upload"), key, forbidOverwrite: seldom }) },
  { weight: 12, arbitrary: fc.record({ type: fc.constant("put-part"), uploadIndex, partNumber, sizeBytes }) },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant("complete"),
      uploadIndex,
      leftOut: fc.array(partNumber, { maxLength: 2 }),
      wrong: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, fc.array(partNumber, { maxLength: 1 })),
      partSizeMinBytes: fc.constantFrom(0, 0, 5),
      forbidOverwrite: seldom,
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("abort"), uploadIndex }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("wait-and-collect") }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("reopen") }) },
);
const actions = fc
  .array(action, { minLength: 5, maxLength: ACTION_COUNT_MAX, size: "max" })
  .map((rest): readonly Action[] => [{ type: "create-bucket", storageClass: "A" }, ...rest]);

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

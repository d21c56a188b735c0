// A call that deletes much, beside others who want to commit.
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { SqliteMetadataStore } from "../../src/storage/embedded/sqlite-metadata-store.ts";
import type { Deletion, MetadataStore } from "../../src/storage/index.ts";
import { BUCKET, bucketRecord, NOW_MS, newObject } from "../contract/metadata/records.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

const EXTENT_COUNT = 3_000;

describe("deleteObjects()", () => {
  it("of objects of many parts lets others commit between them", async () => {
    await using world = await openWorld();
    const deletions = await putLongObjects(world.store, ["a", "b", "c", "d"]);

    const deleting = world.store.deleteObjects(BUCKET, deletions, NOW_MS);
    await world.store.putObject(newObject({ key: "other" }));
    const lastMeanwhile = await world.store.getObject({ bucket: BUCKET, key: "d" });
    const outcomes = await deleting;

    assert.equal(lastMeanwhile?.key, "d");
    assert.deepEqual(
      outcomes.map(({ removed }) => removed?.key),
      ["a", "b", "c", "d"],
    );
    assert.equal((await world.store.measureGarbage()).blobCount, 4 * EXTENT_COUNT);
  });

  it("of many small objects lets others commit between them", async () => {
    await using world = await openWorld();
    const keys = Array.from({ length: 1_000 }, (_, index) => `k${String(index).padStart(3, "0")}`);
    await Promise.all(keys.map((key) => world.store.putObject(newObject({ key }))));

    const deleting = world.store.deleteObjects(
      BUCKET,
      keys.map((key) => ({ key })),
      NOW_MS,
    );
    await world.store.putObject(newObject({ key: "other" }));
    const lastMeanwhile = await world.store.getObject({ bucket: BUCKET, key: "k999" });
    const outcomes = await deleting;

    assert.equal(lastMeanwhile?.key, "k999");
    assert.deepEqual(
      outcomes.map(({ removed }) => removed?.key),
      keys,
    );
  });

  it("of nothing still says that a bucket is missing", async () => {
    await using world = await openWorld();

    assert.deepEqual(await world.store.deleteObjects(BUCKET, [], NOW_MS), []);
    await assert.rejects(world.store.deleteObjects("none", [], NOW_MS), { code: "bucket-missing" });
  });
});

async function openWorld(): Promise<AsyncDisposable & { readonly store: MetadataStore }> {
  const folder = await makeTemporaryFolder();
  const store = await SqliteMetadataStore.open(join(folder.path, "metadata.sqlite"), () => NOW_MS);
  await store.createBucket(bucketRecord());
  return {
    store,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function putLongObjects(store: MetadataStore, keys: readonly string[]): Promise<readonly Deletion[]> {
  for (const key of keys) {
    const extents = Array.from({ length: EXTENT_COUNT }, (_, index) => ({
      blobId: `1/${key}@${index}`,
      sizeBytes: 10,
    }));
    await store.putObject(newObject({ key, extents }));
  }
  return keys.map((key) => ({ key }));
}

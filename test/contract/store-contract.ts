// What a whole store promises: its two halves stay in step.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { GARBAGE_GRACE_MS, type Store, type StoreOptions } from "../../src/storage/index.ts";
import { readBlob, writeBlob } from "./blob-store-contract.ts";
import { BUCKET, bucketRecord, NOW_MS, newObject } from "./metadata/records.ts";

/** @param open  opens an empty store whose background work never runs unless the options say so */
export function storeContract(name: string, open: (options: StoreOptions) => Promise<Store>): void {
  describe(`${name} keeps facts and bytes in step:`, () => {
    it("deletes the blobs of a replaced object once their grace has passed", async () => {
      let nowMs = NOW_MS;
      await using store = await open({ now: () => nowMs });
      await store.metadata.createBucket(bucketRecord());
      const first = await putBytes(store, "first");
      const second = await putBytes(store, "second");

      const tooEarlyCount = await store.collectGarbage();
      nowMs += GARBAGE_GRACE_MS;
      const collectedCount = await store.collectGarbage();

      assert.deepEqual([tooEarlyCount, collectedCount], [0, 1]);
      await assert.rejects(store.blobs.open(first), { code: "blob-missing" });
      assert.equal(String(await readBlob(store.blobs, second)), "second");
      assert.equal(await store.collectGarbage(), 0);
    });

    it("leaves a pinned blob in the queue, and takes the others", async () => {
      let nowMs = NOW_MS;
      await using store = await open({ now: () => nowMs });
      await store.metadata.createBucket(bucketRecord());
      const pinned = await putBytes(store, "pinned");
      const free = await putBytes(store, "free");
      await store.metadata.deleteObjects(BUCKET, [{ key: "cat.jpg" }], NOW_MS);
      const pin = store.blobs.pin([pinned]);

      nowMs += GARBAGE_GRACE_MS;
      const beforeCount = await store.collectGarbage();
      pin[Symbol.dispose]();
      nowMs += GARBAGE_GRACE_MS;
      const afterCount = await store.collectGarbage();

      assert.deepEqual([beforeCount, afterCount], [1, 1]);
      await assert.rejects(store.blobs.open(free), { code: "blob-missing" });
      await assert.rejects(store.blobs.open(pinned), { code: "blob-missing" });
    });

    it("collects in the background", async () => {
      let nowMs = NOW_MS;
      await using store = await open({ now: () => nowMs, collectEveryMs: 5 });
      await store.metadata.createBucket(bucketRecord());
      await putBytes(store, "first");
      await putBytes(store, "second");

      nowMs += GARBAGE_GRACE_MS;

      await untilNothingIsQueued(store);
    });

    it("is closed once, however often it is disposed of", async () => {
      const store = await open({ now: () => NOW_MS });

      await Promise.all([store[Symbol.asyncDispose](), store[Symbol.asyncDispose]()]);
      await store[Symbol.asyncDispose]();

      await assert.rejects(store.metadata.getBucket(BUCKET), { code: "store-closed" });
      await assert.rejects(store.blobs.create(), { code: "store-closed" });
      await assert.rejects(store.collectGarbage(), { code: "store-closed" });
    });
  });
}

async function putBytes(store: Store, text: string): Promise<string> {
  const blobId = await writeBlob(store.blobs, [Buffer.from(text)]);
  await store.metadata.putObject(newObject({ extents: [{ blobId, sizeBytes: text.length }] }));
  return blobId;
}

/** The test's own time limit ends it when it never comes true. */
async function untilNothingIsQueued(store: Store): Promise<void> {
  const queued = { nowMs: Number.MAX_SAFE_INTEGER, limit: 1 };
  while ((await store.metadata.listGarbage(queued)).length > 0) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { GARBAGE_GRACE_MS } from "../../../src/storage/index.ts";
import { type OpenMetadataStore, openWithBucket } from "./contract-store.ts";
import {
  allGarbage,
  BUCKET,
  bucketRecord,
  NOW_MS,
  newBlobId,
  newObject,
  openUpload,
  partRecord,
  uploadRecord,
} from "./records.ts";

export function garbageLaws(open: OpenMetadataStore): void {
  describe("garbage", () => {
    it("is due only after its grace", async () => {
      await using store = await openWithBucket(open);
      const part = partRecord(1);
      await store.abortUpload(await openUpload(store, { parts: [part] }));
      const dueMs = NOW_MS + GARBAGE_GRACE_MS;

      assert.deepEqual(await store.listGarbage({ nowMs: dueMs - 1, limit: 10 }), []);
      assert.deepEqual(await store.listGarbage({ nowMs: dueMs, limit: 10 }), [part.blobId]);
    });

    it("comes oldest first, as many as asked for", async () => {
      let nowMs = NOW_MS;
      await using store = await open({ now: () => nowMs });
      await store.createBucket(bucketRecord());
      const parts = [partRecord(1), partRecord(1), partRecord(1)];
      for (const part of parts) {
        nowMs += 1_000;
        await store.abortUpload(await openUpload(store, { parts: [part] }));
      }

      const oldest = await store.listGarbage({ nowMs: nowMs + GARBAGE_GRACE_MS, limit: 2 });

      assert.deepEqual(
        oldest,
        parts.slice(0, 2).map(({ blobId }) => blobId),
      );
    });

    it("stays until it is forgotten", async () => {
      await using store = await openWithBucket(open);
      const [first, second] = [partRecord(1), partRecord(2)];
      await store.abortUpload(await openUpload(store, { parts: [first, second] }));

      await store.forgetGarbage([first.blobId, "900/0"]);

      assert.deepEqual(await allGarbage(store), [second.blobId]);
    });

    it("is due later when it is postponed", async () => {
      await using store = await openWithBucket(open);
      const part = partRecord(1);
      await store.abortUpload(await openUpload(store, { parts: [part] }));
      const dueMs = NOW_MS + 10 * GARBAGE_GRACE_MS;

      await store.postponeGarbage([part.blobId, "900/0"], dueMs);

      assert.deepEqual(await store.listGarbage({ nowMs: dueMs - 1, limit: 10 }), []);
      assert.deepEqual(await store.listGarbage({ nowMs: dueMs, limit: 10 }), [part.blobId]);
    });
  });

  describe("what garbage holds", () => {
    it("is the number and the sizes of the blobs in the queue, due or not", async () => {
      await using store = await openWithBucket(open);
      const upload = await openUpload(store, { parts: [partRecord(1, { sizeBytes: 1 })] });
      await store.putPart(upload, partRecord(1, { sizeBytes: 20 }));
      assert.deepEqual(await store.measureGarbage(), { blobCount: 1, heldBytes: 1 });

      await assert.rejects(store.putPart(uploadRecord(), partRecord(1, { sizeBytes: 300 })));
      assert.deepEqual(await store.measureGarbage(), { blobCount: 2, heldBytes: 301 });

      await store.abortUpload(upload);
      assert.deepEqual(await store.measureGarbage(), { blobCount: 3, heldBytes: 321 });

      await store.forgetGarbage(await allGarbage(store));
      assert.deepEqual(await store.measureGarbage(), { blobCount: 0, heldBytes: 0 });
    });

    it("counts an original that was moved, and a copy that nobody needed", async () => {
      await using store = await openWithBucket(open);
      const [kept, replaced] = [partRecord(1, { sizeBytes: 5 }), partRecord(2, { sizeBytes: 60 })];
      const upload = await openUpload(store, { parts: [kept, replaced] });
      await store.putPart(upload, partRecord(2, { sizeBytes: 0 }));

      await store.moveBlobs([
        { from: kept.blobId, to: newBlobId() },
        { from: replaced.blobId, to: newBlobId() },
      ]);

      assert.deepEqual(await store.measureGarbage(), { blobCount: 3, heldBytes: 5 + 60 + 60 });
    });
  });

  describe("leases and orphans", () => {
    it("never gives a lease twice", async () => {
      await using store = await openWithBucket(open);

      const leases = await Promise.all([store.openLease(), store.openLease(), store.openLease()]);
      await store.forgetLease(leases[0] ?? "");

      assert.equal(new Set([...leases, await store.openLease()]).size, 4);
    });

    it("gives a lease after the one that it is told", async () => {
      await using store = await openWithBucket(open);

      const leases = [await store.openLease("41"), await store.openLease("7"), await store.openLease()];

      assert.deepEqual(leases, ["42", "43", "44"]);
    });

    it("does not call a lease of this run dead", async () => {
      await using store = await openWithBucket(open);

      await store.openLease();

      assert.deepEqual(await store.listDeadLeases(), []);
    });

    it("finds the blobs that nobody owns and nobody queued", async () => {
      await using store = await openWithBucket(open);
      const ofObject = newObject({ key: "object" });
      const ofUpload = partRecord(1);
      const queued = newObject({ key: "queued" });
      await store.putObject(ofObject);
      await store.putObject(queued);
      await store.deleteObjects(BUCKET, [{ key: "queued" }], NOW_MS);
      await openUpload(store, { parts: [ofUpload] });
      const [orphan, otherOrphan] = [newBlobId(), newBlobId()];
      const owned = [...ofObject.extents, ofUpload, ...queued.extents].map(({ blobId }) => blobId);

      const orphans = await store.findOrphans([orphan, ...owned, otherOrphan]);

      assert.deepEqual(orphans, [orphan, otherOrphan]);
    });

    it("finds no orphan among the parts of a completed upload", async () => {
      await using store = await openWithBucket(open);
      const part = partRecord(1);
      const upload = await openUpload(store, { parts: [part] });
      await store.completeUpload({
        upload,
        parts: [part],
        etag: "E",
        partSizeMinBytes: 1,
        forbidOverwrite: false,
        completedAtMs: NOW_MS,
      });

      assert.deepEqual(await store.findOrphans([part.blobId]), []);
    });
  });

  describe("disposal", () => {
    it("answers what was asked before, and refuses what is asked after", async () => {
      const store = await openWithBucket(open);
      const before = store.putObject(newObject());

      const closing = store[Symbol.asyncDispose]();
      const after = store.getBucket(BUCKET);

      await assert.rejects(after, { code: "store-closed" });
      assert.equal((await before).key, "cat.jpg");
      await closing;
      await store[Symbol.asyncDispose]();
    });
  });
}

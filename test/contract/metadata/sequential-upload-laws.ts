// Law 9: a sequential upload takes its parts in order.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type OpenMetadataStore, openWithBucket } from "./contract-store.ts";
import { allGarbage, BUCKET, completionOf, md5Of, openUpload, partRecord, uploadRecord } from "./records.ts";

const ALL_PARTS = { afterPartNumber: 0, limit: 100 };

export function sequentialUploadLaws(open: OpenMetadataStore): void {
  describe("sequential uploads", () => {
    it("take parts one after another, and keep the state that each came with", async () => {
      await using store = await openWithBucket(open);
      const upload = await openUpload(store, { isSequential: true, parts: [] });
      const one = partRecord(1, { digestState: "state after 1" });
      const two = partRecord(2, { digestState: "state after 2" });

      await store.putPart(upload, one);
      await store.putPart(upload, two, one.blobId);

      assert.deepEqual(await store.getUpload(upload), upload);
      assert.equal(upload.isSequential, true);
      assert.deepEqual((await store.listParts(upload, ALL_PARTS)).parts, [one, two]);
    });

    it("take the last part again, and the only one", async () => {
      await using store = await openWithBucket(open);
      const upload = await openUpload(store, { isSequential: true, parts: [] });
      const [first, second, third, fourth] = [partRecord(1), partRecord(1), partRecord(2), partRecord(2)];

      await store.putPart(upload, first);
      await store.putPart(upload, second);
      await store.putPart(upload, third, second.blobId);
      await store.putPart(upload, fourth, second.blobId);

      assert.deepEqual((await store.listParts(upload, ALL_PARTS)).parts, [second, fourth]);
      assert.deepEqual(await allGarbage(store), [first.blobId, third.blobId].sort());
    });

    it("refuse a part that does not begin, skips one or is not the last, and keep none of it", async () => {
      await using store = await openWithBucket(open);
      const upload = await openUpload(store, { isSequential: true, parts: [] });
      const [one, two, three] = [partRecord(1), partRecord(2), partRecord(3)];
      const refused = [
        partRecord(2),
        partRecord(5),
        partRecord(2),
        partRecord(1),
        partRecord(10_000),
      ] as const;
      const refusal = { code: "part-not-sequential", fields: { uploadId: upload.uploadId } };

      await assert.rejects(store.putPart(upload, refused[0]), refusal);
      await store.putPart(upload, one);
      await store.putPart(upload, two, one.blobId);
      await store.putPart(upload, three, two.blobId);
      await assert.rejects(store.putPart(upload, refused[1], three.blobId), refusal);
      await assert.rejects(store.putPart(upload, refused[2], one.blobId), refusal);
      await assert.rejects(store.putPart(upload, refused[3]), refusal);
      await assert.rejects(store.putPart(upload, refused[4]), refusal);

      assert.deepEqual((await store.listParts(upload, ALL_PARTS)).parts, [one, two, three]);
      assert.deepEqual(await allGarbage(store), refused.map(({ blobId }) => blobId).sort());
    });

    it("refuse a part of who does not know the one before it", async () => {
      await using store = await openWithBucket(open);
      const upload = await openUpload(store, { isSequential: true, parts: [] });
      const [one, two] = [partRecord(1), partRecord(2)];
      const refusal = { code: "part-not-sequential" };
      await assert.rejects(store.putPart(upload, partRecord(1), one.blobId), refusal);
      await store.putPart(upload, one);

      await assert.rejects(store.putPart(upload, partRecord(2)), refusal);
      await assert.rejects(store.putPart(upload, partRecord(2), two.blobId), refusal);
      await assert.rejects(store.putPart(upload, partRecord(1), one.blobId), refusal);

      assert.deepEqual((await store.listParts(upload, ALL_PARTS)).parts, [one]);
    });

    it("refuse a part whose predecessor was replaced meanwhile", async () => {
      await using store = await openWithBucket(open);
      const upload = await openUpload(store, { isSequential: true, parts: [] });
      const [one, oneAgain, two] = [partRecord(1), partRecord(1), partRecord(2)];
      await store.putPart(upload, one);
      await store.putPart(upload, oneAgain);

      await assert.rejects(store.putPart(upload, two, one.blobId), { code: "part-not-sequential" });

      await store.putPart(upload, partRecord(2), oneAgain.blobId);
      assert.deepEqual(await allGarbage(store), [one.blobId, two.blobId].sort());
    });

    it("have one winner when the same part comes twice at once after another", async () => {
      await using store = await openWithBucket(open);
      const upload = await openUpload(store, { isSequential: true, parts: [] });
      const [one, two, otherTwo, three] = [partRecord(1), partRecord(2), partRecord(2), partRecord(3)];
      await store.putPart(upload, one);

      const outcomes = await Promise.allSettled([
        store.putPart(upload, two, one.blobId),
        store.putPart(upload, three, two.blobId),
        store.putPart(upload, otherTwo, one.blobId),
      ]);

      assert.deepEqual(
        outcomes.map(({ status }) => status),
        ["fulfilled", "fulfilled", "rejected"],
      );
      assert.deepEqual((await store.listParts(upload, ALL_PARTS)).parts, [one, two, three]);
    });

    it("are completed with the MD5 and the ACL that the caller knows", async () => {
      await using store = await openWithBucket(open);
      const upload = await openUpload(store, { isSequential: true, parts: [] });
      const one = partRecord(1, { digestState: "state" });
      await store.putPart(upload, one);
      const md5 = md5Of("whole");

      const object = await store.completeUpload(completionOf(upload, [one], { md5, acl: "public-read" }));

      assert.equal(object.md5, md5);
      assert.deepEqual(object.attributes, { ...upload.attributes, acl: "public-read" });
      assert.deepEqual(await store.getObject({ bucket: BUCKET, key: upload.key }), object);
    });

    it("are no other uploads: these take any part, whatever it follows", async () => {
      await using store = await openWithBucket(open);
      const upload = uploadRecord();
      await store.createUpload(upload, { forbidOverwrite: false });
      const [five, two] = [partRecord(5), partRecord(2, { digestState: "kept all the same" })];

      await store.putPart(upload, five, "900/0");
      await store.putPart(upload, two);

      assert.deepEqual((await store.listParts(upload, ALL_PARTS)).parts, [two, five]);
    });
  });
}

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { MetadataStore, UploadRecord } from "../../../src/storage/index.ts";
import { type OpenMetadataStore, openWithBucket } from "./contract-store.ts";
import { allGarbage, BUCKET, newObject, openUpload, partRecord, uploadRecord } from "./records.ts";

export function uploadLaws(open: OpenMetadataStore): void {
  describe("open uploads", () => {
    it("gives back an upload by bucket, key and id together", async () => {
      await using store = await openWithBucket(open);
      const upload = await openUpload(store, { parts: [] });

      assert.deepEqual(await store.getUpload(upload), upload);
      assert.equal(await store.getUpload({ ...upload, key: "dog.jpg" }), undefined);
      assert.equal(await store.getUpload({ ...upload, bucket: "none" }), undefined);
      assert.equal(await store.getUpload({ ...upload, uploadId: "0" }), undefined);
    });

    it("refuses to begin over an object when that is forbidden", async () => {
      await using store = await openWithBucket(open);
      const upload = uploadRecord();
      await store.putObject(newObject());

      await assert.rejects(store.createUpload(upload, { forbidOverwrite: true }), { code: "object-exists" });
      assert.equal(await store.getUpload(upload), undefined);
      await store.createUpload(upload, { forbidOverwrite: false });
    });

    it("keeps the last part of a number, and makes the one before garbage", async () => {
      await using store = await openWithBucket(open);
      const first = partRecord(3);
      const second = partRecord(3, { sizeBytes: 7 });
      const upload = await openUpload(store, { parts: [first] });

      await store.putPart(upload, second);

      assert.deepEqual(await partsOf(store, upload), [second]);
      assert.deepEqual(await allGarbage(store), [first.blobId]);
    });

    it("makes the blob of a refused part garbage", async () => {
      await using store = await openWithBucket(open);
      const ofNoUpload = partRecord(1);
      const ofNoBucket = partRecord(1);

      await assert.rejects(store.putPart(uploadRecord(), ofNoUpload), { code: "upload-missing" });
      await assert.rejects(store.putPart(uploadRecord({ bucket: "none" }), ofNoBucket), {
        code: "upload-missing",
      });

      assert.deepEqual(await allGarbage(store), [ofNoUpload.blobId, ofNoBucket.blobId].sort());
    });

    it("refuses a blob that has an owner, and takes it from nobody", async () => {
      await using store = await openWithBucket(open);
      const [ofPart, queued] = [partRecord(1), partRecord(2)];
      const upload = await openUpload(store, { parts: [ofPart, queued] });
      await store.putPart(upload, partRecord(2));
      const object = newObject();
      await store.putObject(object);
      const ofObject = partRecord(3, { blobId: object.extents[0]?.blobId ?? "" });

      for (const owned of [ofPart, queued, ofObject]) {
        await assert.rejects(store.putPart(upload, owned), RangeError);
        await assert.rejects(store.putPart(uploadRecord(), owned), RangeError);
        await assert.rejects(store.putObject(newObject({ extents: [owned] })), RangeError);
        await assert.rejects(store.putObject(newObject({ bucket: "none", extents: [owned] })), RangeError);
      }

      assert.deepEqual(await allGarbage(store), [queued.blobId]);
      assert.deepEqual(
        (await store.openObject({ bucket: BUCKET, key: object.key }))?.extents,
        object.extents,
      );
    });

    it("lists sparse parts by number, page by page", async () => {
      await using store = await openWithBucket(open);
      const parts = [10_000, 2, 77, 1, 5_000].map((partNumber) => partRecord(partNumber));
      const upload = await openUpload(store, { parts });
      const [tenThousand, two, seventySeven, one, fiveThousand] = parts;

      const first = await store.listParts(upload, { afterPartNumber: 0, limit: 2 });
      const between = await store.listParts(upload, { afterPartNumber: 3, limit: 2 });
      const last = await store.listParts(upload, { afterPartNumber: 5_000, limit: 1 });
      const none = await store.listParts(upload, { afterPartNumber: 10_000, limit: 1 });

      assert.deepEqual(first, { parts: [one, two], isTruncated: true });
      assert.deepEqual(between, { parts: [seventySeven, fiveThousand], isTruncated: true });
      assert.deepEqual(last, { parts: [tenThousand], isTruncated: false });
      assert.deepEqual(none, { parts: [], isTruncated: false });
    });

    it("keeps two uploads of one key apart", async () => {
      await using store = await openWithBucket(open);
      const [ofFirst, ofSecond] = [partRecord(1), partRecord(1)];
      const first = await openUpload(store, { parts: [ofFirst] });
      const second = await openUpload(store, { parts: [ofSecond] });

      await store.abortUpload(first);

      assert.equal(await store.getUpload(first), undefined);
      assert.deepEqual(await partsOf(store, second), [ofSecond]);
      assert.deepEqual(await allGarbage(store), [ofFirst.blobId]);
    });

    it("makes every part of an aborted upload garbage, and knows the upload no more", async () => {
      await using store = await openWithBucket(open);
      const parts = [partRecord(1), partRecord(2), partRecord(9)];
      const upload = await openUpload(store, { parts });
      const missing = { code: "upload-missing" };

      await store.abortUpload(upload);

      assert.deepEqual(await allGarbage(store), parts.map(({ blobId }) => blobId).sort());
      await assert.rejects(store.abortUpload(upload), missing);
      await assert.rejects(store.listParts(upload, { afterPartNumber: 0, limit: 1 }), missing);
      assert.equal(await store.getObject({ bucket: BUCKET, key: upload.key }), undefined);
    });

    it("takes many parts at once", async () => {
      await using store = await openWithBucket(open);
      const parts = Array.from({ length: 1_000 }, (_, index) => partRecord(index + 1));

      const upload = await openUpload(store, { parts });

      assert.deepEqual(await partsOf(store, upload), parts);
    });

    it("does not let a refused call disturb the calls beside it", async () => {
      await using store = await openWithBucket(open);
      const upload = await openUpload(store, { parts: [] });
      const [kept, alsoKept, refused] = [partRecord(1), partRecord(2), partRecord(3)];

      const results = await Promise.allSettled([
        store.putPart(upload, kept),
        store.putPart({ ...upload, key: "none" }, refused),
        store.putPart(upload, alsoKept),
        store.deleteBucket(BUCKET),
      ]);

      assert.deepEqual(
        results.map(({ status }) => status),
        ["fulfilled", "rejected", "fulfilled", "rejected"],
      );
      assert.deepEqual(await partsOf(store, upload), [kept, alsoKept]);
      assert.deepEqual(await allGarbage(store), [refused.blobId]);
    });
  });
}

async function partsOf(store: MetadataStore, upload: UploadRecord): Promise<readonly unknown[]> {
  return (await store.listParts(upload, { afterPartNumber: 0, limit: 10_000 })).parts;
}

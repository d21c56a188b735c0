import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type OpenMetadataStore, openWithBucket } from "./contract-store.ts";
import { BUCKET, bucketRecord, NOW_MS, newObject, uploadRecord } from "./records.ts";

export function bucketLaws(open: OpenMetadataStore): void {
  describe("buckets", () => {
    it("gives back what was created", async () => {
      await using store = await openWithBucket(open);

      assert.deepEqual(await store.getBucket(BUCKET), bucketRecord());
      assert.equal(await store.getBucket("other"), undefined);
    });

    it("keeps the first bucket when it is created twice", async () => {
      await using store = await openWithBucket(open);

      const second = await store.createBucket(bucketRecord({ createdAtMs: 5 }));

      assert.deepEqual(second, bucketRecord());
    });

    it("refuses another storage class for a bucket that exists", async () => {
      await using store = await openWithBucket(open);

      await assert.rejects(store.createBucket(bucketRecord({ storageClass: "IA" })), {
        code: "bucket-conflict",
      });
    });

    it("deletes an empty bucket, once", async () => {
      await using store = await openWithBucket(open);

      await store.deleteBucket(BUCKET);

      assert.equal(await store.getBucket(BUCKET), undefined);
      await assert.rejects(store.deleteBucket(BUCKET), { code: "bucket-missing" });
    });

    it("does not delete a bucket that holds an object", async () => {
      await using store = await openWithBucket(open);
      await store.putObject(newObject({ key: "cat.jpg" }));

      await assert.rejects(store.deleteBucket(BUCKET), { code: "bucket-not-empty" });
      await store.deleteObjects(BUCKET, [{ key: "cat.jpg" }], NOW_MS);
      await store.deleteBucket(BUCKET);
    });

    it("does not delete a bucket that holds only an open upload", async () => {
      await using store = await openWithBucket(open);
      const upload = uploadRecord();
      await store.createUpload(upload, { forbidOverwrite: false });

      await assert.rejects(store.deleteBucket(BUCKET), { code: "bucket-not-empty" });
      await store.abortUpload(upload);
      await store.deleteBucket(BUCKET);
    });

    it("lists names in order, after a marker, under a prefix, page by page", async () => {
      await using store = await openWithBucket(open);
      for (const name of ["b-2", "a-1", "b-1", "b-10", "c-1"]) {
        await store.createBucket(bucketRecord({ name }));
      }

      const first = await store.listBuckets({ prefix: "b-", startAfter: "", limit: 2 });
      const second = await store.listBuckets({ prefix: "b-", startAfter: "b-10", limit: 2 });
      const all = await store.listBuckets({ prefix: "", startAfter: "", limit: 6 });

      assert.deepEqual(
        first.buckets.map(({ name }) => name),
        ["b-1", "b-10"],
      );
      assert.equal(first.isTruncated, true);
      assert.deepEqual(second, { buckets: [bucketRecord({ name: "b-2" })], isTruncated: false });
      assert.deepEqual(
        all.buckets.map(({ name }) => name),
        ["a-1", "b-1", "b-10", "b-2", "c-1", BUCKET],
      );
    });

    it("refuses every call on a bucket that is missing", async () => {
      await using store = await openWithBucket(open);
      const missing = { code: "bucket-missing" };
      const page = { prefix: "", delimiter: "", limit: 1 };

      await assert.rejects(store.putObject(newObject({ bucket: "none" })), missing);
      await assert.rejects(store.getObject({ bucket: "none", key: "k" }), missing);
      await assert.rejects(store.openObject({ bucket: "none", key: "k" }), missing);
      await assert.rejects(store.deleteObjects("none", [{ key: "k" }], NOW_MS), missing);
      await assert.rejects(store.listObjects("none", { ...page, startAfter: "" }), missing);
      await assert.rejects(
        store.listUploads("none", { ...page, keyMarker: "", uploadIdMarker: "" }),
        missing,
      );
      await assert.rejects(
        store.createUpload(uploadRecord({ bucket: "none" }), { forbidOverwrite: false }),
        missing,
      );
    });
  });
}

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { MetadataStore, PartRecord, UploadRecord } from "../../../src/storage/index.ts";
import { type OpenMetadataStore, openWithBucket } from "./contract-store.ts";
import {
  allGarbage,
  BUCKET,
  completionOf,
  NOW_MS,
  newObject,
  openUpload,
  PART_SIZE_MIN_BYTES,
  partRecord,
} from "./records.ts";

/** CRC-64/XZ of "123456789", and of its two pieces. See reveng.sourceforge.io, catalogue of CRC algorithms. */
const CRC64_OF_DIGITS = 0x995d_c9bb_df19_39fan;
const CRC64_OF_1234 = 0xce4e_8793_66b8_c328n;
const CRC64_OF_56789 = 0x6971_a807_c348_604bn;

export function completionLaws(open: OpenMetadataStore): void {
  describe("completion", () => {
    it("publishes the parts in order, with the upload's attributes, and forgets the upload", async () => {
      await using store = await openWithBucket(open);
      const parts = [partRecord(1), partRecord(5), partRecord(10_000, { sizeBytes: 1 })];
      const upload = await openUpload(store, { parts: parts.toReversed() });
      const completion = completionOf(upload, parts);

      const object = await store.completeUpload(completion);

      assert.deepEqual(object, {
        bucket: BUCKET,
        key: upload.key,
        versionId: "null",
        sizeBytes: 2 * PART_SIZE_MIN_BYTES + 1,
        etag: completion.etag,
        crc64: object.crc64,
        type: "Multipart",
        attributes: upload.attributes,
        modifiedAtMs: completion.completedAtMs,
        generation: object.generation,
      });
      assert.deepEqual(await store.openObject({ bucket: BUCKET, key: upload.key }), {
        version: object,
        extents: parts.map(({ blobId, sizeBytes }) => ({ blobId, sizeBytes })),
      });
      assert.equal(await store.getUpload(upload), undefined);
      assert.deepEqual(await allGarbage(store), []);
    });

    it("publishes a subset, and makes the other parts garbage", async () => {
      await using store = await openWithBucket(open);
      const [one, two, three, four] = [partRecord(1), partRecord(2), partRecord(3), partRecord(4)];
      const upload = await openUpload(store, { parts: [one, two, three, four] });

      await store.completeUpload(completionOf(upload, [two, four]));

      const opened = await store.openObject({ bucket: BUCKET, key: upload.key });
      assert.deepEqual(
        opened?.extents.map(({ blobId }) => blobId),
        [two.blobId, four.blobId],
      );
      assert.deepEqual(await allGarbage(store), [one.blobId, three.blobId].sort());
    });

    it("makes the object that was there garbage", async () => {
      await using store = await openWithBucket(open);
      const before = newObject();
      const put = await store.putObject(before);
      const upload = await openUpload(store, { parts: [partRecord(1)] });

      const object = await store.completeUpload(completionOf(upload, await partsOf(store, upload)));

      assert.ok(object.generation > put.generation);
      assert.deepEqual(
        await allGarbage(store),
        before.extents.map(({ blobId }) => blobId),
      );
    });

    it("lets a later overwrite free every part", async () => {
      await using store = await openWithBucket(open);
      const parts = [partRecord(1), partRecord(2)];
      const upload = await openUpload(store, { parts });
      await store.completeUpload(completionOf(upload, parts));

      await store.putObject(newObject());

      assert.deepEqual(await allGarbage(store), parts.map(({ blobId }) => blobId).sort());
    });

    it("refuses a part that was never uploaded, one with another MD5, and one that was replaced", async () => {
      await using store = await openWithBucket(open);
      const [replaced, last] = [partRecord(1), partRecord(2)];
      const upload = await openUpload(store, { parts: [replaced, last] });
      await store.putPart(upload, partRecord(1));

      for (const [wrong, partNumber] of [
        [[replaced, last], 1],
        [[partRecord(3)], 3],
        [[partRecord(2)], 2],
      ] as const) {
        await assertRefusal(store, upload, () => store.completeUpload(completionOf(upload, wrong)), {
          code: "part-mismatch",
          fields: { partNumber },
        });
      }
    });

    it("refuses a part that is too small, unless it is the last one", async () => {
      await using store = await openWithBucket(open);
      const sizeBytes = PART_SIZE_MIN_BYTES - 1;
      const [large, small] = [partRecord(1), partRecord(2, { sizeBytes })];
      const upload = await openUpload(store, { parts: [large, small, partRecord(3)] });
      const parts = await partsOf(store, upload);

      await assertRefusal(store, upload, () => store.completeUpload(completionOf(upload, parts)), {
        code: "part-too-small",
        fields: { partNumber: 2, sizeBytes, minSizeBytes: PART_SIZE_MIN_BYTES },
      });
      await store.completeUpload(completionOf(upload, [large, small]));
    });

    it("refuses to overwrite when that is forbidden, and works after the object is gone", async () => {
      await using store = await openWithBucket(open);
      const upload = await openUpload(store, { parts: [partRecord(1)] });
      await store.putObject(newObject());
      const completion = completionOf(upload, await partsOf(store, upload), { forbidOverwrite: true });

      await assertRefusal(store, upload, () => store.completeUpload(completion), { code: "object-exists" });
      await store.deleteObjects(BUCKET, [{ key: upload.key }], NOW_MS);
      await store.completeUpload(completion);
    });

    it("rejects a caller's list that is out of order or names a part twice", async () => {
      await using store = await openWithBucket(open);
      const [one, two] = [partRecord(1), partRecord(2)];
      const upload = await openUpload(store, { parts: [one, two] });

      for (const parts of [
        [two, one],
        [one, one],
      ]) {
        await assertRefusal(
          store,
          upload,
          () => store.completeUpload(completionOf(upload, parts)),
          RangeError,
        );
      }
    });

    it("makes an empty object of a list of no parts, but only where there are none", async () => {
      await using store = await openWithBucket(open);
      const upload = await openUpload(store, { parts: [partRecord(1)] });
      const empty = await openUpload(store, { parts: [] });

      await assertRefusal(store, upload, () => store.completeUpload(completionOf(upload, [])), {
        code: "part-mismatch",
      });
      const object = await store.completeUpload(completionOf(empty, []));

      assert.deepEqual([object.sizeBytes, object.crc64], [0, 0n]);
      assert.deepEqual((await store.openObject(object))?.extents, []);
    });

    it("happens once: complete twice, abort after complete, a part after complete", async () => {
      await using store = await openWithBucket(open);
      const upload = await openUpload(store, { parts: [partRecord(1)] });
      const completion = completionOf(upload, await partsOf(store, upload));
      const late = partRecord(2);
      const object = await store.completeUpload(completion);
      const missing = { code: "upload-missing" };

      await assert.rejects(store.completeUpload(completion), missing);
      await assert.rejects(store.abortUpload(upload), missing);
      await assert.rejects(store.putPart(upload, late), missing);

      assert.deepEqual(await store.getObject({ bucket: BUCKET, key: upload.key }), object);
      assert.deepEqual(await allGarbage(store), [late.blobId]);
    });

    it("has one winner when completions and aborts race", async () => {
      await using store = await openWithBucket(open);
      const upload = await openUpload(store, { parts: [partRecord(1), partRecord(2)] });
      const completion = completionOf(upload, await partsOf(store, upload));

      const results = await Promise.allSettled([
        store.completeUpload(completion),
        store.abortUpload(upload),
        store.completeUpload(completion),
        store.abortUpload(upload),
      ]);

      assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
    });

    it("combines the checksums of the parts", async () => {
      await using store = await openWithBucket(open);
      const parts = [
        partRecord(1, { sizeBytes: 4, crc64: CRC64_OF_1234 }),
        partRecord(2, { sizeBytes: 5, crc64: CRC64_OF_56789 }),
      ];
      const upload = await openUpload(store, { parts });

      const object = await store.completeUpload(completionOf(upload, parts, { partSizeMinBytes: 1 }));

      assert.equal(object.crc64, CRC64_OF_DIGITS);
      assert.deepEqual(await store.getObject({ bucket: BUCKET, key: upload.key }), object);
    });

    it("completes 10,000 parts", async (test) => {
      await using store = await openWithBucket(open);
      const parts = Array.from({ length: 10_000 }, (_, index) => partRecord(index + 1));
      const upload = await openUpload(store, { parts });

      const startMs = performance.now();
      const object = await store.completeUpload(completionOf(upload, parts));
      const elapsedMs = performance.now() - startMs;

      test.diagnostic(`10,000 parts completed in ${elapsedMs.toFixed(0)} ms`);
      assert.equal(object.sizeBytes, 10_000 * PART_SIZE_MIN_BYTES);
      assert.equal((await store.openObject({ bucket: BUCKET, key: upload.key }))?.extents.length, 10_000);
    });
  });
}

/** The call is refused, and afterwards everything is as it was before. */
async function assertRefusal(
  store: MetadataStore,
  upload: UploadRecord,
  call: () => Promise<unknown>,
  refusal: Parameters<typeof assert.rejects>[1] & object,
): Promise<void> {
  const before = await stateOf(store, upload);

  await assert.rejects(call, refusal);

  assert.deepEqual(await stateOf(store, upload), before);
}

async function stateOf(store: MetadataStore, upload: UploadRecord): Promise<readonly unknown[]> {
  return [await partsOf(store, upload), await store.openObject(upload), await allGarbage(store)];
}

async function partsOf(store: MetadataStore, upload: UploadRecord): Promise<readonly PartRecord[]> {
  return (await store.listParts(upload, { afterPartNumber: 0, limit: 10_000 })).parts;
}

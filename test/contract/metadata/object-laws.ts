import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type OpenMetadataStore, openWithBucket } from "./contract-store.ts";
import { allGarbage, BUCKET, NOW_MS, newBlobId, newObject } from "./records.ts";

const LAST_CODE_POINT = "\u{10ffff}";

export function objectLaws(open: OpenMetadataStore): void {
  describe("objects", () => {
    it("gives back what was put", async () => {
      await using store = await openWithBucket(open);
      const { extents, forbidOverwrite: _, ...facts } = newObject();

      const put = await store.putObject({ ...facts, extents, forbidOverwrite: false });

      assert.deepEqual(put, { ...facts, sizeBytes: 10, versionId: "null", generation: put.generation });
      assert.deepEqual(await store.getObject({ bucket: BUCKET, key: facts.key }), put);
      assert.deepEqual(await store.openObject({ bucket: BUCKET, key: facts.key }), { version: put, extents });
      assert.equal(await store.getObject({ bucket: BUCKET, key: "none" }), undefined);
      assert.equal(await store.openObject({ bucket: BUCKET, key: "none" }), undefined);
    });

    it("keeps an object of 0 bytes, which has no extent", async () => {
      await using store = await openWithBucket(open);

      const put = await store.putObject(newObject({ extents: [], crc64: 0n }));

      assert.equal(put.sizeBytes, 0);
      assert.deepEqual(await store.openObject({ bucket: BUCKET, key: put.key }), {
        version: put,
        extents: [],
      });
    });

    it("keeps several extents in order", async () => {
      await using store = await openWithBucket(open);
      const extents = Array.from({ length: 12 }, (_, index) => ({ blobId: newBlobId(), sizeBytes: index }));

      const put = await store.putObject(newObject({ extents }));

      assert.equal(put.sizeBytes, 66);
      assert.deepEqual((await store.openObject({ bucket: BUCKET, key: put.key }))?.extents, extents);
    });

    it("makes the bytes of an overwritten object garbage, and its generation smaller", async () => {
      await using store = await openWithBucket(open);
      const first = newObject();
      const second = newObject();

      const before = await store.putObject(first);
      const after = await store.putObject(second);

      assert.ok(after.generation > before.generation);
      assert.deepEqual(
        await allGarbage(store),
        first.extents.map(({ blobId }) => blobId),
      );
      assert.deepEqual((await store.openObject({ bucket: BUCKET, key: first.key }))?.extents, second.extents);
    });

    it("refuses to overwrite when that is forbidden, and keeps no blob of the refused object", async () => {
      await using store = await openWithBucket(open);
      const refused = newObject({ forbidOverwrite: true });
      const there = await store.putObject(newObject({ forbidOverwrite: true }));

      await assert.rejects(store.putObject(refused), { code: "object-exists" });

      assert.deepEqual(await store.getObject({ bucket: BUCKET, key: there.key }), there);
      assert.deepEqual(
        await allGarbage(store),
        refused.extents.map(({ blobId }) => blobId),
      );
    });

    it("makes the blobs garbage when the bucket is missing", async () => {
      await using store = await openWithBucket(open);
      const refused = newObject({ bucket: "none" });

      await assert.rejects(store.putObject(refused), { code: "bucket-missing" });

      assert.deepEqual(
        await allGarbage(store),
        refused.extents.map(({ blobId }) => blobId),
      );
    });

    it("deletes the objects that are there, and minds no others", async () => {
      await using store = await openWithBucket(open);
      const gone = newObject({ key: "gone" });
      const kept = newObject({ key: "kept" });
      await store.putObject(gone);
      await store.putObject(kept);

      await store.deleteObjects(BUCKET, [{ key: "none" }, { key: "gone" }, { key: "gone" }], NOW_MS);

      assert.equal(await store.getObject({ bucket: BUCKET, key: "gone" }), undefined);
      assert.notEqual(await store.getObject({ bucket: BUCKET, key: "kept" }), undefined);
      assert.deepEqual(
        await allGarbage(store),
        gone.extents.map(({ blobId }) => blobId),
      );
    });

    it("never gives a generation twice, not even after a deletion", async () => {
      await using store = await openWithBucket(open);

      const first = await store.putObject(newObject());
      await store.deleteObjects(BUCKET, [{ key: first.key }], NOW_MS);
      const second = await store.putObject(newObject());

      assert.ok(second.generation > first.generation);
    });

    for (const key of [
      "\u0000",
      "a\u0000b",
      "\ufeffbom",
      " ",
      "a\f\v\n",
      "ключ",
      LAST_CODE_POINT,
      "é",
      "e\u0301",
    ]) {
      it(`tells the key ${JSON.stringify(key)} from all others`, async () => {
        await using store = await openWithBucket(open);
        await store.putObject(newObject({ key: `${key}x` }));
        await store.putObject(newObject({ key: "a" }));

        const put = await store.putObject(newObject({ key }));

        assert.equal(put.key, key);
        assert.deepEqual(await store.getObject({ bucket: BUCKET, key }), put);
      });
    }

    it("refuses a key that is empty or has no UTF-8 form", async () => {
      await using store = await openWithBucket(open);

      await assert.rejects(store.putObject(newObject({ key: "a\ud800" })), TypeError);
      await assert.rejects(store.getObject({ bucket: BUCKET, key: "\udc00" }), TypeError);
      await assert.rejects(store.putObject(newObject({ key: "" })), TypeError);
    });

    it("keeps attributes with names and values of any kind", async () => {
      await using store = await openWithBucket(open);
      const user = { ["__proto__"]: "own", constructor: "", "a\u0000": "\ud800", '"': "\\ \u2028" };

      const attributes = { standard: user, user, tags: user };

      const put = await store.putObject(newObject({ attributes }));

      assert.deepEqual(put.attributes, attributes);
      assert.deepEqual(await store.getObject({ bucket: BUCKET, key: put.key }), put);
    });
  });
}

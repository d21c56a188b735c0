import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type OpenMetadataStore, openWithBucket, openWithVersioning } from "./contract-store.ts";
import {
  allGarbage,
  BUCKET,
  completionOf,
  NOW_MS,
  newAppend,
  newBlobId,
  newObject,
  openUpload,
  partRecord,
  versionsOf,
} from "./records.ts";

const KEY = "cat.log";
const ID = { bucket: BUCKET, key: KEY };

/** CRC-64/XZ of "123456789", and of its two pieces. See reveng.sourceforge.io, catalogue of CRC algorithms. */
const CRC64_OF_DIGITS = 0x995d_c9bb_df19_39fan;
const CRC64_OF_1234 = 0xce4e_8793_66b8_c328n;
const CRC64_OF_56789 = 0x6971_a807_c348_604bn;

export function appendLaws(open: OpenMetadataStore): void {
  describe("appends", () => {
    it("begin an object at position 0", async () => {
      await using store = await openWithBucket(open);
      const { extent, positionBytes: _, ...facts } = newAppend();
      assert.ok(extent !== undefined);

      const object = await store.appendObject({ ...facts, positionBytes: 0, extent });

      assert.deepEqual(object, {
        ...{ ...facts, versionId: "null", sizeBytes: 10, type: "Appendable" },
        generation: object.generation,
      });
      assert.deepEqual(await store.openObject(ID), { version: object, extents: [extent] });
    });

    it("set the ACL of an object that is there, and nothing else that is stored with it", async () => {
      await using store = await openWithBucket(open);
      const before = await store.appendObject(newAppend());
      const more = {
        positionBytes: 10,
        acl: "public-read",
        attributes: { standard: {}, user: {}, tags: {} },
      };

      const after = await store.appendObject(newAppend(more));

      assert.deepEqual(after.attributes, { ...before.attributes, acl: "public-read" });
      assert.deepEqual(await store.getObject(ID), after);
    });

    it("make the object longer, with a new ETag, time and generation and the attributes that it has", async () => {
      await using store = await openWithBucket(open);
      const begun = newAppend({ extent: { blobId: newBlobId(), sizeBytes: 4 }, crc64: CRC64_OF_1234 });
      const more = newAppend({
        ...{ positionBytes: 4, extent: { blobId: newBlobId(), sizeBytes: 5 }, crc64: CRC64_OF_56789 },
        ...{ attributes: { standard: {}, user: {}, tags: {} }, modifiedAtMs: NOW_MS + 5, etag: "LONGER" },
      });
      const before = await store.appendObject(begun);

      const after = await store.appendObject(more);

      assert.ok(after.generation > before.generation);
      assert.deepEqual(after, {
        ...before,
        ...{ sizeBytes: 9, crc64: CRC64_OF_DIGITS, etag: "LONGER", modifiedAtMs: NOW_MS + 5 },
        generation: after.generation,
      });
      assert.deepEqual(await store.openObject(ID), { version: after, extents: [begun.extent, more.extent] });
      assert.deepEqual(await allGarbage(store), []);
    });

    it("leave to who opened the object before what he opened", async () => {
      await using store = await openWithBucket(open);
      const first = newAppend();
      const begun = await store.appendObject(first);
      const opened = await store.openObject(ID);

      await store.appendObject(newAppend({ positionBytes: 10 }));

      assert.deepEqual(opened, { version: begun, extents: [first.extent] });
      assert.deepEqual(await store.findOrphans([first.extent?.blobId ?? ""]), []);
    });

    it("of nothing make an empty object, and a new generation of one that is there", async () => {
      await using store = await openWithBucket(open);
      const { extent: _, ...nothing } = newAppend({ crc64: 0n });

      const empty = await store.appendObject(nothing);
      const touched = await store.appendObject({ ...nothing, etag: "TOUCHED" });
      const filled = await store.appendObject(newAppend());
      const touchedAgain = await store.appendObject({ ...nothing, positionBytes: 10 });

      assert.deepEqual(
        [empty.sizeBytes, touched.sizeBytes, filled.sizeBytes, touchedAgain.sizeBytes],
        [0, 0, 10, 10],
      );
      assert.deepEqual({ ...touched, generation: 0 }, { ...empty, etag: "TOUCHED", generation: 0 });
      assert.ok(touched.generation > empty.generation);
      assert.equal(touchedAgain.crc64, filled.crc64);
      assert.equal((await store.openObject(ID))?.extents.length, 1);
    });

    it("are refused anywhere but at the end, tell where it is, and leave nothing", async () => {
      await using store = await openWithBucket(open);
      const kept = newAppend();
      const object = await store.appendObject(kept);
      const refused = [0, 9, 11].map((positionBytes) => newAppend({ positionBytes }));
      const ofNothing = newAppend({ key: "none", positionBytes: 10 });

      for (const append of refused) {
        await assert.rejects(store.appendObject(append), {
          code: "position-mismatch",
          fields: { bucket: BUCKET, key: KEY, sizeBytes: 10 },
        });
      }
      await assert.rejects(store.appendObject(ofNothing), {
        code: "position-mismatch",
        fields: { bucket: BUCKET, key: "none", sizeBytes: 0 },
      });

      assert.deepEqual(await store.openObject(ID), { version: object, extents: [kept.extent] });
      assert.equal(await store.getObject({ bucket: BUCKET, key: "none" }), undefined);
      const blobIds = [...refused, ofNothing].map(({ extent }) => extent?.blobId);
      assert.deepEqual(await allGarbage(store), blobIds.sort());
    });

    it("are refused on an object that was not begun by one, wherever it ends", async () => {
      await using store = await openWithBucket(open);
      const part = partRecord(1);
      const upload = await openUpload(store, { key: "multipart", parts: [part] });
      await store.completeUpload(completionOf(upload, [part]));
      await store.putObject(newObject({ key: "normal" }));
      await store.putObject(newObject({ key: "symlink", type: "Symlink" }));

      for (const key of ["multipart", "normal", "symlink"]) {
        const there = await store.getObject({ bucket: BUCKET, key });
        for (const positionBytes of [0, 10, part.sizeBytes]) {
          await assert.rejects(store.appendObject(newAppend({ key, positionBytes })), {
            code: "object-not-appendable",
          });
        }
        assert.deepEqual(await store.getObject({ bucket: BUCKET, key }), there);
      }
      assert.equal((await allGarbage(store)).length, 9);
    });

    it("are refused, and their blob is garbage, where the bucket is missing", async () => {
      await using store = await openWithBucket(open);
      const append = newAppend({ bucket: "none" });

      await assert.rejects(store.appendObject(append), { code: "bucket-missing" });

      assert.deepEqual(await allGarbage(store), [append.extent?.blobId]);
    });

    it("take no blob that has an owner", async () => {
      await using store = await openWithBucket(open);
      const { extent } = newAppend();
      assert.ok(extent !== undefined);
      await store.appendObject(newAppend({ extent }));

      await assert.rejects(store.appendObject(newAppend({ extent, positionBytes: 10 })), RangeError);
      await assert.rejects(store.putObject(newObject({ extents: [extent] })), RangeError);

      assert.deepEqual((await store.openObject(ID))?.extents, [extent]);
      assert.deepEqual(await allGarbage(store), []);
    });

    it("have one winner at each position when they race", async () => {
      await using store = await openWithBucket(open);
      const appends = [0, 0, 0, 10, 10, 10, 20, 20].map((positionBytes) => newAppend({ positionBytes }));

      const outcomes = await Promise.allSettled(appends.map((append) => store.appendObject(append)));

      const won = appends.filter((_, index) => outcomes[index]?.status === "fulfilled");
      const lost = appends.filter((_, index) => outcomes[index]?.status === "rejected");
      const opened = await store.openObject(ID);
      assert.deepEqual(
        won.map(({ positionBytes }) => positionBytes),
        [0, 10, 20],
      );
      assert.deepEqual(
        opened?.extents,
        won.map(({ extent }) => extent),
      );
      assert.deepEqual(await allGarbage(store), lost.map(({ extent }) => extent?.blobId).sort());
    });

    it("are all garbage once the object is replaced", async () => {
      await using store = await openWithBucket(open);
      const appends = [0, 10, 20].map((positionBytes) => newAppend({ positionBytes }));
      for (const append of appends) {
        await store.appendObject(append);
      }

      await store.putObject(newObject({ key: KEY }));

      assert.deepEqual(await allGarbage(store), appends.map(({ extent }) => extent?.blobId).sort());
    });

    it("make the current version longer where versioning is enabled, and no new one", async () => {
      await using store = await openWithVersioning(open, "Enabled");
      const begun = await store.appendObject(newAppend());

      const longer = await store.appendObject(newAppend({ positionBytes: 10 }));

      assert.equal(longer.versionId, begun.versionId);
      assert.notEqual(longer.versionId, "null");
      assert.deepEqual(await versionsOf(store, KEY), [{ version: longer, isLatest: true }]);
      assert.deepEqual(await store.getObject({ ...ID, versionId: begun.versionId }), longer);
    });

    it("look at the current version alone: what is appendable behind it stays as it is", async () => {
      await using store = await openWithVersioning(open, "Enabled");
      const behind = await store.appendObject(newAppend());
      await store.putObject(newObject({ key: KEY }));

      await assert.rejects(store.appendObject(newAppend({ positionBytes: 10 })), {
        code: "object-not-appendable",
      });

      assert.deepEqual(await store.getObject({ ...ID, versionId: behind.versionId }), behind);
    });

    it("keep the order of versions when an older one grows after it became current again", async () => {
      await using store = await openWithVersioning(open, "Enabled");
      const oldest = await store.putObject(newObject({ key: KEY }));
      await store.deleteObjects(BUCKET, [{ key: KEY }], NOW_MS);
      const begun = await store.appendObject(newAppend());
      const { versionId } = await store.putObject(newObject({ key: KEY }));
      await store.deleteObjects(BUCKET, [{ key: KEY, versionId }], NOW_MS);

      const longer = await store.appendObject(newAppend({ positionBytes: 10 }));

      assert.equal(longer.versionId, begun.versionId);
      const listed = await versionsOf(store, KEY);
      assert.deepEqual([listed.length, listed[0]?.version, listed[2]?.version], [3, longer, oldest]);
    });

    it("refuse a key that is empty or has no UTF-8 form", async () => {
      await using store = await openWithBucket(open);

      await assert.rejects(store.appendObject(newAppend({ key: "" })), TypeError);
      await assert.rejects(store.appendObject(newAppend({ key: "\ud800" })), TypeError);
    });
  });
}

// Law 8: what publishing does with the versions that are there.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { MetadataStore, ObjectRecord } from "../../../src/storage/index.ts";
import { type OpenMetadataStore, openWithBucket, openWithVersioning } from "./contract-store.ts";
import {
  allGarbage,
  BUCKET,
  completionOf,
  newAppend,
  newBlobId,
  newObject,
  openUpload,
  partRecord,
  uploadRecord,
  versionIdsOf,
  versionsOf,
} from "./records.ts";

const KEY = "cat.jpg";
const ID = { bucket: BUCKET, key: KEY };

interface Publication {
  readonly name: string;
  /** Publishes a blob under the key. */
  readonly publish: (store: MetadataStore, blobId: string) => Promise<ObjectRecord>;
}

const PUBLICATIONS: readonly Publication[] = [
  {
    name: "putObject",
    publish: (store, blobId) => store.putObject(newObject({ extents: [{ blobId, sizeBytes: 5 }] })),
  },
  {
    name: "completeUpload",
    publish: async (store, blobId) => {
      const part = partRecord(1, { blobId });
      return store.completeUpload(completionOf(await openUpload(store, { parts: [part] }), [part]));
    },
  },
];

export function versionLaws(open: OpenMetadataStore): void {
  describe("versions", () => {
    for (const { name, publish } of PUBLICATIONS) {
      it(`are one where versioning is absent: ${name} replaces it`, async () => {
        await using store = await openWithBucket(open);
        const [first, second] = [newBlobId(), newBlobId()];
        await publish(store, first);

        const object = await publish(store, second);

        assert.equal(object.versionId, "null");
        assert.deepEqual(await versionsOf(store, KEY), [{ version: object, isLatest: true }]);
        assert.deepEqual(await allGarbage(store), [first]);
      });

      it(`are many where it is enabled: ${name} adds one in front`, async () => {
        await using store = await openWithVersioning(open, "Enabled");
        const blobIds = [newBlobId(), newBlobId(), newBlobId()] as const;
        const first = await publish(store, blobIds[0]);
        const second = await publish(store, blobIds[1]);

        const third = await publish(store, blobIds[2]);

        assert.deepEqual(await versionsOf(store, KEY), [
          { version: third, isLatest: true },
          { version: second, isLatest: false },
          { version: first, isLatest: false },
        ]);
        assert.equal(new Set([first.versionId, second.versionId, third.versionId, "null"]).size, 4);
        assert.deepEqual(await store.getObject(ID), third);
        for (const [version, blobId] of [[first, blobIds[0]] as const, [second, blobIds[1]] as const]) {
          const opened = await store.openObject({ ...ID, versionId: version.versionId });
          assert.deepEqual(opened?.version, version);
          assert.deepEqual(opened?.extents, [{ blobId, sizeBytes: version.sizeBytes }]);
        }
        assert.deepEqual(await allGarbage(store), []);
        assert.deepEqual(await store.findOrphans(blobIds), []);
      });

      it(`keep what was there before versioning: ${name} leaves the null version behind itself`, async () => {
        await using store = await openWithBucket(open);
        const before = await publish(store, newBlobId());
        await store.updateBucket(BUCKET, { versioning: "Enabled" });

        const after = await publish(store, newBlobId());

        assert.deepEqual(await versionIdsOf(store, KEY), [after.versionId, "null"]);
        assert.deepEqual(await store.getObject({ ...ID, versionId: "null" }), before);
      });

      it(`have one null among them where it is suspended: ${name} replaces it, current`, async () => {
        await using store = await openWithVersioning(open, "Enabled");
        const kept = await publish(store, newBlobId());
        await store.updateBucket(BUCKET, { versioning: "Suspended" });
        const replaced = newBlobId();
        await publish(store, replaced);

        const object = await publish(store, newBlobId());

        assert.equal(object.versionId, "null");
        assert.deepEqual(await versionIdsOf(store, KEY), ["null", kept.versionId]);
        assert.deepEqual(await store.getObject(ID), object);
        assert.deepEqual(await allGarbage(store), [replaced]);
      });

      it(`have one null among them where it is suspended: ${name} replaces it, noncurrent`, async () => {
        await using store = await openWithBucket(open);
        const replaced = newBlobId();
        await publish(store, replaced);
        await store.updateBucket(BUCKET, { versioning: "Enabled" });
        const kept = [await publish(store, newBlobId()), await publish(store, newBlobId())];
        await store.updateBucket(BUCKET, { versioning: "Suspended" });

        await publish(store, newBlobId());

        const [older, newer] = kept.map(({ versionId }) => versionId);
        assert.deepEqual(await versionIdsOf(store, KEY), ["null", newer, older]);
        assert.deepEqual(await allGarbage(store), [replaced]);
      });

      it(`begin with null where it was suspended from the start: ${name}`, async () => {
        await using store = await openWithVersioning(open, "Suspended");
        await publish(store, newBlobId());

        await publish(store, newBlobId());

        assert.deepEqual(await versionIdsOf(store, KEY), ["null"]);
      });

      it(`stand in front of a delete marker: ${name} brings the key back`, async () => {
        await using store = await openWithVersioning(open, "Enabled");
        const before = await publish(store, newBlobId());
        const [{ marker } = {}] = await store.deleteObjects(BUCKET, [{ key: KEY }], 7);

        const after = await publish(store, newBlobId());

        assert.deepEqual(await versionIdsOf(store, KEY), [
          after.versionId,
          marker?.versionId,
          before.versionId,
        ]);
        assert.deepEqual(await store.getObject(ID), after);
      });
    }

    it("begin anew with an append where a delete marker stands", async () => {
      await using store = await openWithVersioning(open, "Enabled");
      const before = await store.appendObject(newAppend({ key: KEY }));
      const [{ marker } = {}] = await store.deleteObjects(BUCKET, [{ key: KEY }], 7);

      const after = await store.appendObject(newAppend({ key: KEY }));

      assert.equal(after.sizeBytes, 10);
      assert.deepEqual(await versionIdsOf(store, KEY), [
        after.versionId,
        marker?.versionId,
        before.versionId,
      ]);
      assert.deepEqual(await allGarbage(store), []);
    });

    it("take the place of a marker named null with an append where versioning is suspended", async () => {
      await using store = await openWithVersioning(open, "Suspended");
      await store.deleteObjects(BUCKET, [{ key: KEY }], 7);

      const object = await store.appendObject(newAppend({ key: KEY }));

      assert.deepEqual(await versionsOf(store, KEY), [{ version: object, isLatest: true }]);
      assert.equal(object.versionId, "null");
    });

    it("are known by bucket and key together with their id", async () => {
      await using store = await openWithVersioning(open, "Enabled");
      const { versionId } = await store.putObject(newObject());
      await store.putObject(newObject({ key: "dog.jpg" }));
      await store.putObject(newObject());

      assert.notEqual(await store.getObject({ ...ID, versionId }), undefined);
      assert.equal(await store.getObject({ bucket: BUCKET, key: "dog.jpg", versionId }), undefined);
      assert.equal(await store.openObject({ ...ID, versionId: "null" }), undefined);
      assert.equal(await store.openObject({ ...ID, versionId: "" }), undefined);
      await assert.rejects(store.getObject({ bucket: "none", key: KEY, versionId }), {
        code: "bucket-missing",
      });
    });

    for (const versioning of ["Enabled", "Suspended"] as const) {
      it(`may be overwritten where versioning is ${versioning}, forbidden or not`, async () => {
        await using store = await openWithVersioning(open, versioning);
        const part = partRecord(1);
        const upload = uploadRecord();
        await store.putObject(newObject());

        await store.putObject(newObject({ forbidOverwrite: true }));
        await store.createUpload(upload, { forbidOverwrite: true });
        await store.putPart(upload, part);
        const object = await store.completeUpload(completionOf(upload, [part], { forbidOverwrite: true }));

        assert.deepEqual(await store.getObject(ID), object);
      });
    }

    it("have one order when many are put at once", async () => {
      await using store = await openWithVersioning(open, "Enabled");

      const puts = await Promise.all(Array.from({ length: 40 }, () => store.putObject(newObject())));

      const newestFirst = puts.toSorted((first, second) => second.generation - first.generation);
      assert.deepEqual(
        (await versionsOf(store, KEY)).map(({ version }) => version),
        newestFirst,
      );
    });
  });
}

// Law 8: what deleting does with versions.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { MetadataStore, NewObject, ObjectRecord } from "../../../src/storage/index.ts";
import { type OpenMetadataStore, openWithBucket, openWithVersioning } from "./contract-store.ts";
import { allGarbage, BUCKET, NOW_MS, newObject, versionIdsOf, versionsOf } from "./records.ts";

const KEY = "cat.jpg";
const ID = { bucket: BUCKET, key: KEY };
const FIRST_PAGE = { prefix: "", delimiter: "", startAfter: "", limit: 10 };

export function versionDeletionLaws(open: OpenMetadataStore): void {
  describe("deletions", () => {
    it("remove the one version where versioning is absent, by its name too, and tell what is gone", async () => {
      await using store = await openWithBucket(open);
      const object = newObject();
      const removed = await store.putObject(object);
      const alsoRemoved = await store.putObject(newObject({ key: "dog.jpg" }));

      const outcomes = await store.deleteObjects(
        BUCKET,
        [
          { key: KEY },
          { key: KEY },
          { key: "dog.jpg", versionId: "CAEQ" },
          { key: "dog.jpg", versionId: "null" },
        ],
        NOW_MS,
      );

      assert.deepEqual(outcomes, [{ removed }, {}, {}, { removed: alsoRemoved }]);
      assert.equal(await store.getObject(ID), undefined);
      assert.ok((await allGarbage(store)).includes(blobOf(object)));
    });

    it("put a marker in front where versioning is enabled, and take nothing away", async () => {
      await using store = await openWithVersioning(open, "Enabled");
      const object = await store.putObject(newObject());

      const [outcome] = await store.deleteObjects(BUCKET, [{ key: KEY }], NOW_MS + 5);

      const marker = await store.getObject(ID);
      assert.deepEqual(outcome, { marker });
      assert.deepEqual(marker, {
        ...ID,
        versionId: marker?.versionId,
        type: "DeleteMarker",
        modifiedAtMs: NOW_MS + 5,
        generation: marker?.generation,
      });
      assert.ok((marker?.generation ?? 0) > object.generation);
      assert.deepEqual(await store.openObject(ID), { version: marker, extents: [] });
      assert.deepEqual(await versionIdsOf(store, KEY), [marker?.versionId, object.versionId]);
      assert.deepEqual((await store.listObjects(BUCKET, FIRST_PAGE)).objects, []);
      assert.deepEqual(await allGarbage(store), []);
    });

    it("put a marker wherever there are versions, on markers and on nothing too", async () => {
      await using store = await openWithVersioning(open, "Enabled");

      const [first, second] = await store.deleteObjects(BUCKET, [{ key: KEY }, { key: KEY }], NOW_MS);

      assert.notEqual(first?.marker?.versionId, second?.marker?.versionId);
      assert.deepEqual(await versionIdsOf(store, KEY), [second?.marker?.versionId, first?.marker?.versionId]);
    });

    it("put a marker in the place of null where versioning is suspended, and tell what is gone", async () => {
      await using store = await openWithVersioning(open, "Enabled");
      const kept = await store.putObject(newObject());
      await store.updateBucket(BUCKET, { versioning: "Suspended" });
      const object = newObject();
      const removed = await store.putObject(object);

      const [first] = await store.deleteObjects(BUCKET, [{ key: KEY }], NOW_MS);
      const [second] = await store.deleteObjects(BUCKET, [{ key: KEY }], NOW_MS);

      assert.deepEqual(first?.removed, removed);
      assert.equal(first?.marker?.versionId, "null");
      assert.deepEqual(second?.removed, first?.marker);
      assert.deepEqual(await versionIdsOf(store, KEY), ["null", kept.versionId]);
      assert.deepEqual(await store.getObject(ID), second?.marker);
      assert.deepEqual(await allGarbage(store), [blobOf(object)]);
    });

    it("leave every version with an id where versioning is suspended", async () => {
      await using store = await openWithVersioning(open, "Enabled");
      const kept = await store.putObject(newObject());
      await store.updateBucket(BUCKET, { versioning: "Suspended" });

      const [outcome] = await store.deleteObjects(BUCKET, [{ key: KEY }], NOW_MS);

      assert.equal(outcome?.removed, undefined);
      assert.deepEqual(await versionIdsOf(store, KEY), ["null", kept.versionId]);
      assert.deepEqual(await allGarbage(store), []);
    });

    it("remove a noncurrent version by its id, and its blobs alone", async () => {
      await using store = await openWithVersioning(open, "Enabled");
      const objects = [newObject(), newObject(), newObject()] as const;
      const [first, second, third] = await putAll(store, objects);

      const [outcome] = await store.deleteObjects(
        BUCKET,
        [{ key: KEY, versionId: second.versionId }],
        NOW_MS,
      );

      assert.deepEqual(outcome, { removed: second });
      assert.deepEqual(await versionIdsOf(store, KEY), [third.versionId, first.versionId]);
      assert.equal(await store.getObject({ ...ID, versionId: second.versionId }), undefined);
      assert.deepEqual(await allGarbage(store), [blobOf(objects[1])]);
    });

    it("remove the current version by its id, and make the newest of the others current", async () => {
      await using store = await openWithVersioning(open, "Enabled");
      const objects = [newObject(), newObject(), newObject()] as const;
      const [first, second, third] = await putAll(store, objects);

      await store.deleteObjects(BUCKET, [{ key: KEY, versionId: third.versionId }], NOW_MS);

      assert.deepEqual(await store.getObject(ID), second);
      assert.deepEqual(await versionsOf(store, KEY), [
        { version: second, isLatest: true },
        { version: first, isLatest: false },
      ]);
      assert.deepEqual((await store.listObjects(BUCKET, FIRST_PAGE)).objects, [second]);
      assert.deepEqual((await store.openObject(ID))?.extents, objects[1].extents);
      assert.deepEqual(await allGarbage(store), [blobOf(objects[2])]);
    });

    it("bring an object back when its marker is removed by its id", async () => {
      await using store = await openWithVersioning(open, "Enabled");
      const object = await store.putObject(newObject());
      const [{ marker } = {}] = await store.deleteObjects(BUCKET, [{ key: KEY }], NOW_MS);

      const [outcome] = await store.deleteObjects(
        BUCKET,
        [{ key: KEY, versionId: marker?.versionId ?? "" }],
        NOW_MS,
      );

      assert.deepEqual(outcome, { removed: marker });
      assert.deepEqual(await store.getObject(ID), object);
      assert.deepEqual(await allGarbage(store), []);
    });

    it("leave nothing of a key when its last version is removed", async () => {
      await using store = await openWithVersioning(open, "Enabled");
      const objects = [newObject(), newObject()] as const;
      const [first, second] = await putAll(store, objects);
      const deletions = [first, second].map(({ versionId }) => ({ key: KEY, versionId }));

      await store.deleteObjects(BUCKET, deletions, NOW_MS);

      assert.equal(await store.getObject(ID), undefined);
      assert.deepEqual(await versionsOf(store, KEY), []);
      assert.deepEqual(await allGarbage(store), objects.map(blobOf).sort());
      await store.deleteBucket(BUCKET);
    });

    it("mind no id that is not there, and add no marker for it", async () => {
      await using store = await openWithVersioning(open, "Enabled");
      const object = await store.putObject(newObject());
      const ids = ["null", "", "none", `${object.versionId}0`];

      const outcomes = await store.deleteObjects(
        BUCKET,
        ids.map((versionId) => ({ key: KEY, versionId })),
        NOW_MS,
      );

      assert.deepEqual(outcomes, [{}, {}, {}, {}]);
      assert.deepEqual(await versionIdsOf(store, KEY), [object.versionId]);
    });

    it("spare a version that is not of the generation asked for", async () => {
      await using store = await openWithVersioning(open, "Enabled");
      const [first, second] = await putAll(store, [newObject(), newObject()]);
      const { generation } = first;

      const outcomes = await store.deleteObjects(
        BUCKET,
        [
          { key: KEY, generation },
          { key: KEY, versionId: second.versionId, generation },
          { key: "none", generation },
          { key: KEY, versionId: first.versionId, generation },
          { key: KEY, generation: second.generation },
        ],
        NOW_MS,
      );

      const marker = await store.getObject(ID);
      assert.deepEqual(outcomes, [{}, {}, {}, { removed: first }, { marker }]);
      assert.deepEqual(await versionIdsOf(store, KEY), [marker?.versionId, second.versionId]);
      assert.deepEqual(await versionsOf(store, "none"), []);
    });

    it("spare an object without versions that was replaced meanwhile", async () => {
      await using store = await openWithBucket(open);
      const [first, second] = await putAll(store, [newObject(), newObject()]);

      const outcomes = await store.deleteObjects(
        BUCKET,
        [
          { key: KEY, generation: first.generation },
          { key: KEY, generation: second.generation },
        ],
        NOW_MS,
      );

      assert.deepEqual(outcomes, [{}, { removed: second }]);
    });

    it("happen in their order, or not at all", async () => {
      await using store = await openWithVersioning(open, "Enabled");
      const object = await store.putObject(newObject());
      const deletions = [{ key: KEY }, { key: "\ud800" }, { key: KEY, versionId: object.versionId }];

      await assert.rejects(store.deleteObjects(BUCKET, deletions, NOW_MS), TypeError);

      assert.deepEqual(await versionIdsOf(store, KEY), [object.versionId]);
      assert.deepEqual(await store.deleteObjects(BUCKET, [], NOW_MS), []);
    });
  });
}

type Put<Objects> = { readonly [Index in keyof Objects]: ObjectRecord };

/** Puts one after another: the last one is the newest. */
async function putAll<const Objects extends readonly NewObject[]>(
  store: MetadataStore,
  objects: Objects,
): Promise<Put<Objects>> {
  return (await Promise.all(objects.map((object) => store.putObject(object)))) as unknown as Put<Objects>;
}

function blobOf({ extents }: NewObject): string {
  return extents[0]?.blobId ?? "";
}

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type OpenMetadataStore, openWithBucket, openWithVersioning } from "./contract-store.ts";
import { BUCKET, bucketRecord, NOW_MS, newObject } from "./records.ts";

const ID = { bucket: BUCKET, key: "cat.jpg" };

export function changeLaws(open: OpenMetadataStore): void {
  describe("changes to an object", () => {
    it("replace what they name, and nothing else", async () => {
      await using store = await openWithBucket(open);
      const attributes = {
        standard: { contentType: "image/jpeg", expires: "never", cacheControl: "no-cache" },
        ...{ user: { colour: "blue" }, tags: { album: "cats", year: "2025" }, acl: "private" },
      };
      const before = await store.putObject(newObject({ attributes }));

      const restyled = await store.changeObject(ID, {
        standard: { expires: null, contentType: "image/png" },
      });
      const retagged = await store.changeObject(ID, { tags: { year: "2026" } });
      const opened = await store.changeObject(ID, { acl: "public-read" });
      const same = await store.changeObject(ID, {});

      const standard = { contentType: "image/png", cacheControl: "no-cache" };
      assert.deepEqual(restyled, { ...before, attributes: { ...attributes, standard } });
      assert.deepEqual(retagged, {
        ...before,
        attributes: { ...attributes, standard, tags: { year: "2026" } },
      });
      assert.deepEqual(opened, {
        ...before,
        attributes: { ...attributes, standard, tags: { year: "2026" }, acl: "public-read" },
      });
      assert.deepEqual(same, opened);
      assert.deepEqual(await store.getObject(ID), opened);
    });

    it("keep the order in which tags were given", async () => {
      await using store = await openWithBucket(open);
      await store.putObject(newObject());
      const tags = { zebra: "1", ant: "2", ["__proto__"]: "3", é: "" };

      await store.changeObject(ID, { tags });

      const object = await store.getObject(ID);
      assert.ok(object !== undefined && object.type !== "DeleteMarker");
      assert.deepEqual(Object.entries(object.attributes.tags), Object.entries(tags));
    });

    it("reach one version by its id, current or not", async () => {
      await using store = await openWithVersioning(open, "Enabled");
      const first = await store.putObject(newObject());
      const second = await store.putObject(newObject());

      const changedFirst = await store.changeObject(
        { ...ID, versionId: first.versionId },
        { acl: "private" },
      );
      const changedSecond = await store.changeObject({ ...ID, versionId: second.versionId }, { tags: {} });

      assert.deepEqual(changedFirst, { ...first, attributes: { ...first.attributes, acl: "private" } });
      assert.deepEqual(changedSecond, { ...second, attributes: { ...second.attributes, tags: {} } });
      assert.deepEqual(await store.getObject({ ...ID, versionId: first.versionId }), changedFirst);
      assert.deepEqual(await store.getObject(ID), changedSecond);
    });

    it("find nothing to change where there is no object", async () => {
      await using store = await openWithVersioning(open, "Enabled");
      const { versionId } = await store.putObject(newObject());
      const [{ marker } = {}] = await store.deleteObjects(BUCKET, [{ key: ID.key }], NOW_MS);
      const change = { acl: "private" };

      assert.equal(await store.changeObject(ID, change), undefined);
      assert.equal(
        await store.changeObject({ ...ID, versionId: marker?.versionId ?? "" }, change),
        undefined,
      );
      assert.equal(await store.changeObject({ ...ID, versionId: "null" }, change), undefined);
      assert.equal(await store.changeObject({ bucket: BUCKET, key: "none", versionId }, change), undefined);
      assert.deepEqual(await store.getObject(ID), marker);
      await assert.rejects(store.changeObject({ bucket: "none", key: "k" }, change), {
        code: "bucket-missing",
      });
      await assert.rejects(store.changeObject({ bucket: BUCKET, key: "" }, change), TypeError);
    });

    it("are made only to the generation asked for", async () => {
      await using store = await openWithBucket(open);
      const replaced = await store.putObject(newObject());
      const object = await store.putObject(newObject());
      const change = { acl: "private" };

      assert.equal(await store.changeObject(ID, change, { generation: replaced.generation }), undefined);
      assert.deepEqual(await store.getObject(ID), object);
      assert.notEqual(await store.changeObject(ID, change, { generation: object.generation }), undefined);
      assert.notEqual(await store.changeObject(ID, {}, { generation: object.generation }), undefined);
    });
  });

  describe("changes to a bucket", () => {
    it("replace what they name, and remove a configuration of null", async () => {
      await using store = await openWithBucket(open);
      const before = bucketRecord();

      const opened = await store.updateBucket(BUCKET, { acl: "public-read" });
      const configured = await store.updateBucket(BUCKET, {
        configurations: { cors: "<a/>", lifecycle: "<b/>", ["__proto__"]: "<c/>" },
      });
      const reconfigured = await store.updateBucket(BUCKET, {
        configurations: { cors: null, lifecycle: "<d/>", website: null },
      });
      const versioned = await store.updateBucket(BUCKET, { versioning: "Enabled" });
      const suspended = await store.updateBucket(BUCKET, { versioning: "Suspended" });

      const configurations = { lifecycle: "<d/>", ["__proto__"]: "<c/>" };
      assert.deepEqual(opened, { ...before, acl: "public-read" });
      assert.deepEqual(configured.configurations, { cors: "<a/>", lifecycle: "<b/>", ["__proto__"]: "<c/>" });
      assert.deepEqual(reconfigured, { ...opened, configurations });
      assert.deepEqual(versioned, { ...reconfigured, versioning: "Enabled" });
      assert.deepEqual(suspended, { ...reconfigured, versioning: "Suspended" });
      assert.deepEqual(await store.updateBucket(BUCKET, {}), suspended);
      assert.deepEqual(await store.getBucket(BUCKET), suspended);
      const { buckets } = await store.listBuckets({ prefix: "", startAfter: "", limit: 2 });
      assert.deepEqual(buckets, [suspended]);
    });

    it("survive that the bucket is created again", async () => {
      await using store = await openWithBucket(open);
      const changed = await store.updateBucket(BUCKET, { acl: "public-read", versioning: "Enabled" });

      assert.deepEqual(await store.createBucket(bucketRecord()), changed);
    });

    it("are lost with the bucket", async () => {
      await using store = await openWithVersioning(open, "Enabled");
      await store.deleteBucket(BUCKET);

      await store.createBucket(bucketRecord());

      assert.deepEqual(await store.getBucket(BUCKET), bucketRecord());
    });

    it("are refused where there is none", async () => {
      await using store = await openWithBucket(open);

      await assert.rejects(store.updateBucket("none", { acl: "private" }), { code: "bucket-missing" });
    });

    it("may be made when it is created", async () => {
      await using store = await openWithBucket(open);
      const record = bucketRecord({ name: "made", versioning: "Enabled", configurations: { cors: "<a/>" } });

      await store.createBucket(record);

      assert.deepEqual(await store.getBucket("made"), record);
    });
  });
}

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { MetadataStore } from "../../../src/storage/metadata-store.ts";
import type { SeenRights } from "../../../src/storage/seen-rights.ts";
import { type OpenMetadataStore, openWithBucket } from "./contract-store.ts";
import { allGarbage, BUCKET, completionOf, newAppend, newObject, openUpload, partRecord } from "./records.ts";

const KEY = "cat.jpg";
const POLICY = "a policy";

/** Ways to see the rights of a bucket that is private and has the policy, to a key whose object is public to read. */
const TRUE_SIGHTS: readonly SeenRights[] = [
  { configurations: {} },
  { configurations: { policy: POLICY } },
  { configurations: { policy: POLICY, requestPayment: null } },
  { configurations: {}, acls: { bucket: "private", object: "public-read" } },
  // The object's own decides, whatever its bucket's is, and a bucket's alone decides no less.
  { configurations: {}, acls: { bucket: "public-read-write", object: "public-read" } },
  { configurations: {}, acls: { bucket: "public-read" } },
  { configurations: {}, acls: { bucket: "public-read", object: "default" } },
];
const FALSE_SIGHTS: readonly SeenRights[] = [
  { configurations: { policy: null } },
  { configurations: { policy: "another policy" } },
  { configurations: { requestPayment: "somebody" } },
  { configurations: {}, acls: { bucket: "private" } },
  { configurations: {}, acls: { bucket: "private", object: "private" } },
  { configurations: {}, acls: { bucket: "public-read", object: "private" } },
  { configurations: {}, acls: { bucket: "private", object: "default" } },
];

export function seenRightsLaws(open: OpenMetadataStore): void {
  describe("what is published only while rights are as they were seen", () => {
    it("is published while they are", async () => {
      for (const onlyWhile of TRUE_SIGHTS) {
        await using store = await openWithRights(open);
        const part = partRecord(1);
        const upload = await openUpload(store, { key: KEY, parts: [part] });

        const appended = await store.appendObject(newAppend({ key: KEY, positionBytes: 10, onlyWhile }));
        const completed = await store.completeUpload({ ...completionOf(upload, [part]), onlyWhile });
        const put = await store.putObject(newObject({ key: KEY, onlyWhile: { configurations: {} } }));

        assert.deepEqual([appended.sizeBytes, completed.type, put.type], [20, "Multipart", "Normal"]);
        assert.ok(!("onlyWhile" in appended) && !("onlyWhile" in put));
      }
    });

    it("is refused when they are not, and what was refused is garbage", async () => {
      for (const onlyWhile of FALSE_SIGHTS) {
        await using store = await openWithRights(open);
        const before = await store.getObject({ bucket: BUCKET, key: KEY });
        const part = partRecord(1);
        const upload = await openUpload(store, { key: KEY, parts: [part] });
        const object = newObject({ key: KEY, onlyWhile });
        const append = newAppend({ key: KEY, positionBytes: 10, onlyWhile });

        await assert.rejects(store.putObject(object), { code: "rights-changed" });
        await assert.rejects(store.appendObject(append), { code: "rights-changed" });
        await assert.rejects(store.completeUpload({ ...completionOf(upload, [part]), onlyWhile }), {
          code: "rights-changed",
        });

        assert.deepEqual(await store.getObject({ bucket: BUCKET, key: KEY }), before);
        const refused = [...object.extents, ...(append.extent === undefined ? [] : [append.extent])];
        assert.deepEqual(new Set(await allGarbage(store)), new Set(refused.map(({ blobId }) => blobId)));
        assert.deepEqual((await store.listParts(upload, { afterPartNumber: 0, limit: 2 })).parts, [part]);
      }
    });

    it("is published at a key that has nothing, or a delete marker, as at one without an ACL", async () => {
      await using store = await openWithBucket(open);
      const onlyWhile: SeenRights = { configurations: {}, acls: { bucket: "private" } };

      await store.putObject(newObject({ key: KEY, onlyWhile }));
      await store.updateBucket(BUCKET, { versioning: "Enabled" });
      await store.deleteObjects(BUCKET, [{ key: KEY }], 0);

      assert.equal((await store.putObject(newObject({ key: KEY, onlyWhile }))).type, "Normal");
    });
  });
}

async function openWithRights(open: OpenMetadataStore): Promise<MetadataStore> {
  const store = await openWithBucket(open);
  await store.updateBucket(BUCKET, { configurations: { policy: POLICY } });
  await store.appendObject(newAppend({ key: KEY }));
  await store.changeObject({ bucket: BUCKET, key: KEY }, { acl: "public-read" });
  return store;
}

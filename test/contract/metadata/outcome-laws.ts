import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type OpenMetadataStore, openWithBucket, openWithVersioning } from "./contract-store.ts";
import {
  allGarbage,
  BUCKET,
  bucketRecord,
  completionOf,
  NOW_MS,
  newObject,
  openUpload,
  partRecord,
  uploadRecord,
} from "./records.ts";

export function outcomeLaws(open: OpenMetadataStore): void {
  describe("how an upload ended", () => {
    it("is unknown while it is open, and of an upload that never was", async () => {
      await using store = await openWithBucket(open);
      const upload = await openUpload(store, { parts: [partRecord(1)] });

      assert.equal(await store.getOutcome(upload), undefined);
      assert.equal(await store.getOutcome(uploadRecord()), undefined);
    });

    it("is the object that its completion published, and stays so when that is replaced and deleted", async () => {
      await using store = await openWithVersioning(open, "Enabled");
      const part = partRecord(1);
      const upload = await openUpload(store, { parts: [part] });
      const facts = { fingerprint: "F", md5: "0123", acl: "private" };
      const completion = completionOf(upload, [part], facts);
      const object = await store.completeUpload(completion);
      const expected = {
        ...{ type: "completed", object, fingerprint: "F" },
        endedAtMs: completion.completedAtMs,
      };

      const outcome = await store.getOutcome(upload);
      await store.putObject(newObject());
      await store.deleteObjects(BUCKET, [{ key: upload.key, versionId: object.versionId }], NOW_MS);

      assert.deepEqual(outcome, expected);
      assert.deepEqual(await store.getOutcome(upload), expected);
    });

    it("has no fingerprint and no MD5 where the completion had none", async () => {
      await using store = await openWithBucket(open);
      const part = partRecord(1);
      const upload = await openUpload(store, { parts: [part] });
      const object = await store.completeUpload(completionOf(upload, [part]));

      assert.deepEqual(await store.getOutcome(upload), {
        ...{ type: "completed", object },
        endedAtMs: NOW_MS + 1_000,
      });
    });

    it("is an abort, and when", async () => {
      await using store = await openWithBucket(open);
      const upload = await openUpload(store, { parts: [partRecord(1)] });

      await store.abortUpload(upload);

      assert.deepEqual(await store.getOutcome(upload), { type: "aborted", endedAtMs: NOW_MS });
    });

    it("is one upload's alone", async () => {
      await using store = await openWithBucket(open);
      const upload = await openUpload(store, { parts: [] });
      await store.abortUpload(upload);

      assert.equal(await store.getOutcome({ ...upload, key: "dog.jpg" }), undefined);
      assert.equal(await store.getOutcome({ ...upload, bucket: "none" }), undefined);
    });

    it("does not change when the upload is ended a second time", async () => {
      await using store = await openWithBucket(open);
      const part = partRecord(1);
      const upload = await openUpload(store, { parts: [part] });
      await store.completeUpload(completionOf(upload, [part]));
      const before = await store.getOutcome(upload);

      await assert.rejects(store.abortUpload(upload), { code: "upload-missing" });
      await assert.rejects(store.completeUpload(completionOf(upload, [part])), { code: "upload-missing" });

      assert.deepEqual(await store.getOutcome(upload), before);
    });

    it("is not written by a completion that is refused", async () => {
      await using store = await openWithBucket(open);
      const upload = await openUpload(store, { parts: [partRecord(1)] });

      await assert.rejects(store.completeUpload(completionOf(upload, [partRecord(1)])));

      assert.equal(await store.getOutcome(upload), undefined);
    });

    it("is forgotten on request: what ended first, before a moment, as many as asked for", async () => {
      let nowMs = NOW_MS;
      await using store = await open({ now: () => nowMs });
      await store.createBucket(bucketRecord());
      const uploads = await Promise.all([1, 2, 3, 4].map(() => openUpload(store, { parts: [] })));
      for (const upload of uploads) {
        await store.abortUpload(upload);
        nowMs += 1;
      }
      const known = async () =>
        (await Promise.all(uploads.map((upload) => store.getOutcome(upload)))).map(
          (outcome) => outcome !== undefined,
        );
      const request = { endedBeforeMs: NOW_MS + 3, limit: 2 };

      const first = [await store.forgetOutcomes(request), await known()];
      const second = [await store.forgetOutcomes(request), await known()];
      const third = await store.forgetOutcomes(request);

      assert.deepEqual(first, [2, [false, false, true, true]]);
      assert.deepEqual(second, [1, [false, false, false, true]]);
      assert.equal(third, 0);
    });
  });

  describe("a completion of all parts", () => {
    it("is refused when there is one that it does not name, and changes nothing", async () => {
      await using store = await openWithBucket(open);
      const [one, late] = [partRecord(1), partRecord(2)];
      const upload = await openUpload(store, { parts: [one, late] });
      const completion = completionOf(upload, [one], { unnamedParts: "refuse" });

      await assert.rejects(store.completeUpload(completion), {
        code: "part-mismatch",
        fields: { partNumber: 2 },
      });

      assert.deepEqual(await store.getUpload(upload), upload);
      assert.deepEqual(await allGarbage(store), []);
      await store.completeUpload(completionOf(upload, [one, late], { unnamedParts: "refuse" }));
    });
  });
}

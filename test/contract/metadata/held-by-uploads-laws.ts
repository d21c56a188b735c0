import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { MetadataStore, UploadRecord } from "../../../src/storage/index.ts";
import { type OpenMetadataStore, openWithBucket } from "./contract-store.ts";
import { BUCKET, bucketRecord, completionOf, NOW_MS, openUpload, partRecord } from "./records.ts";

const EVER = { begunBeforeMs: Number.MAX_SAFE_INTEGER };

const sentPart = fc.record({
  partNumber: fc.integer({ min: 1, max: 4 }),
  sizeBytes: fc.integer({ min: 0, max: 9 }),
});

export function heldByUploadsLaws(open: OpenMetadataStore): void {
  describe("what open uploads hold", () => {
    it("is the number and the sizes of their parts, however often they are sent", async () => {
      await using store = await openWithBucket(open);

      await fc.assert(
        fc.asyncProperty(fc.array(sentPart, { maxLength: 12 }), async (sent) => {
          const upload = await openUpload(store, { parts: [] });
          for (const { partNumber, sizeBytes } of sent) {
            await store.putPart(upload, partRecord(partNumber, { sizeBytes }));
          }
          const { parts } = await store.listParts(upload, { afterPartNumber: 0, limit: 10 });

          const [listed] = await firstUpload(store);
          await store.abortUpload(upload);

          assert.equal(listed?.partCount, parts.length);
          assert.equal(
            listed?.heldBytes,
            parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
          );
        }),
        { numRuns: 25 },
      );
    });

    it("is nothing once they have ended, and a refused part holds nothing", async () => {
      await using store = await openWithBucket(open);
      const [one, two] = [partRecord(1), partRecord(2)];
      const completed = await openUpload(store, { parts: [one, two] });
      const aborted = await openUpload(store, { parts: [partRecord(1)] });
      const stillOpen = await openUpload(store, { parts: [partRecord(1, { sizeBytes: 7 })] });
      await store.completeUpload(completionOf(completed, [two]));
      await store.abortUpload(aborted);
      await assert.rejects(store.putPart(aborted, partRecord(3)), { code: "upload-missing" });

      assert.deepEqual(await store.measureUploads(EVER), [heldBy(stillOpen, { partCount: 1, heldBytes: 7 })]);
    });

    it("is told by bucket, of uploads begun before a moment, with the oldest", async () => {
      await using store = await openWithBucket(open);
      await store.createBucket(bucketRecord({ name: "albums" }));
      await store.createBucket(bucketRecord({ name: "nothing" }));
      const begin = (bucket: string, initiatedAtMs: number) =>
        openUpload(store, { bucket, initiatedAtMs, parts: [partRecord(1, { sizeBytes: 3 })] });
      const [old, young] = [await begin(BUCKET, NOW_MS - 10), await begin(BUCKET, NOW_MS)];
      const other = await begin("albums", NOW_MS - 5);

      const all = await store.measureUploads(EVER);
      const older = await store.measureUploads({ begunBeforeMs: NOW_MS - 5 });

      assert.deepEqual(all, [
        heldBy(other, { partCount: 1, heldBytes: 3 }),
        { ...heldBy(old, { partCount: 2, heldBytes: 6 }), uploadCount: 2 },
      ]);
      assert.deepEqual(older, [heldBy(old, { partCount: 1, heldBytes: 3 })]);
      await store.abortUpload(young);
    });
  });
}

async function firstUpload(store: MetadataStore) {
  const page = { prefix: "", delimiter: "", keyMarker: "", uploadIdMarker: "", limit: 1 };
  return (await store.listUploads(BUCKET, page)).uploads;
}

function heldBy(
  { bucket, initiatedAtMs }: UploadRecord,
  held: { readonly partCount: number; readonly heldBytes: number },
) {
  return { bucket, uploadCount: 1, ...held, oldestInitiatedAtMs: initiatedAtMs };
}

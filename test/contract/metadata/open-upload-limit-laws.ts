import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { MetadataStore, UploadRecord } from "../../../src/storage/index.ts";
import { type OpenMetadataStore, openWithBucket } from "./contract-store.ts";
import {
  BUCKET,
  bucketRecord,
  completionOf,
  newUploadId,
  PART_SIZE_MIN_BYTES,
  partRecord,
  uploadRecord,
} from "./records.ts";

const AT_MOST_TWO = { forbidOverwrite: false, openCountMax: 2 };
const REFUSED = { code: "too-many-uploads", fields: { holder: "user 1", openCountMax: 2 } };

/** What one holder does: begins an upload, or ends the one that they began first. */
const step = fc.record({
  holder: fc.constantFrom("user 1", "user 2"),
  act: fc.constantFrom("begin", "begin", "complete", "abort"),
  bucket: fc.constantFrom(BUCKET, "other"),
});

export function openUploadLimitLaws(open: OpenMetadataStore): void {
  describe("the limit of open uploads", () => {
    it("counts those of one holder in all buckets, and nobody else's", async () => {
      await using store = await openWithBucket(open);
      await store.createBucket(bucketRecord({ name: "other" }));
      await store.createUpload(of("user 1"), AT_MOST_TWO);
      await store.createUpload(of("user 1", "other"), AT_MOST_TWO);

      await assert.rejects(store.createUpload(of("user 1"), AT_MOST_TWO), REFUSED);
      await store.createUpload(of("user 2"), AT_MOST_TWO);
      await store.createUpload(uploadRecord({ uploadId: newUploadId() }), AT_MOST_TWO);
      await store.createUpload(of("user 1"), { forbidOverwrite: false });
    });

    it("leaves nothing of an upload that it refuses", async () => {
      await using store = await openWithBucket(open);
      const refused = of("user 1");
      await store.createUpload(of("user 1"), AT_MOST_TWO);
      await store.createUpload(of("user 1"), AT_MOST_TWO);

      await assert.rejects(store.createUpload(refused, AT_MOST_TWO), REFUSED);

      assert.equal(await store.getUpload(refused), undefined);
      assert.deepEqual(await store.getOutcome(refused), undefined);
    });

    it("lets through no more of many that begin at once", async () => {
      await using store = await openWithBucket(open);

      const begun = await Promise.allSettled(
        Array.from({ length: 20 }, () => store.createUpload(of("user 1"), AT_MOST_TWO)),
      );

      assert.equal(begun.filter(({ status }) => status === "fulfilled").length, 2);
    });

    it("is exact whatever begins, is completed and is aborted", async () => {
      await using store = await openWithBucket(open);
      await store.createBucket(bucketRecord({ name: "other" }));
      let run = 0;

      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
          run += 1;
          const opened = new Map<string, UploadRecord[]>();
          for (const { holder, act, bucket } of steps) {
            const own = opened.get(holder) ?? [];
            opened.set(holder, own);
            if (act === "begin") {
              const upload = of(`${holder} of run ${run}`, bucket);
              const isTaken = await begins(store, upload);
              assert.equal(isTaken, own.length < AT_MOST_TWO.openCountMax);
              own.push(...(isTaken ? [upload] : []));
            } else {
              await end(store, own.shift(), act);
            }
          }
        }),
        { numRuns: 20 },
      );
    });
  });
}

function of(holder: string, bucket: string = BUCKET): UploadRecord {
  return uploadRecord({ holder, bucket, uploadId: newUploadId() });
}

function begins(store: MetadataStore, upload: UploadRecord): Promise<boolean> {
  return store.createUpload(upload, AT_MOST_TWO).then(
    () => true,
    () => false,
  );
}

async function end(
  store: MetadataStore,
  upload: UploadRecord | undefined,
  act: "abort" | "complete",
): Promise<void> {
  if (upload === undefined) {
    return;
  }
  if (act === "abort") {
    await store.abortUpload(upload);
    return;
  }
  const part = partRecord(1, { sizeBytes: PART_SIZE_MIN_BYTES });
  await store.putPart(upload, part);
  await store.completeUpload(completionOf(upload, [part]));
}

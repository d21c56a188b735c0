import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { HeldByBucket, MetadataStore } from "../../../src/storage/index.ts";
import { type OpenMetadataStore, openWithBucket } from "./contract-store.ts";
import {
  BUCKET,
  bucketRecord,
  completionOf,
  newAppend,
  newBlobId,
  newObject,
  openUpload,
  partRecord,
} from "./records.ts";

const KEYS = ["a", "b"];
const CLASSES = [undefined, "IA", "Standard"];

const change = fc.record({
  kind: fc.constantFrom(
    "put",
    "delete",
    "delete version",
    "append",
    "complete",
    "change",
    "suspend",
    "enable",
  ),
  key: fc.constantFrom(...KEYS),
  storageClass: fc.constantFrom(...CLASSES),
  sizeBytes: fc.nat(9),
  pick: fc.nat(),
});
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

export function heldByBucketLaws(open: OpenMetadataStore): void {
  describe("what a bucket holds", () => {
    it("is what its versions add up to, whatever was done with them", async () => {
      await using store = await openWithBucket(open);
      let sequence = 0;

      await fc.assert(
        fc.asyncProperty(fc.array(change, { maxLength: 25 }), async (changes) => {
          sequence += 1;
          const bucket = `${BUCKET}-${sequence}`;
          await store.createBucket(bucketRecord({ name: bucket }));
          for (const each of changes) {
            await carryOut(store, bucket, each);
          }

          const { objects, deleteMarkerCount } = await store.measureBucket(bucket);

          assert.deepEqual({ objects, deleteMarkerCount }, await countedVersions(store, bucket));
        }),
        { numRuns: 15 },
      );
    });

    it("is what open uploads keep, by the class of each", async () => {
      await using store = await openWithBucket(open);
      const [ofIa, unnamed] = [attributesOf("IA"), attributesOf(undefined)];
      await openUpload(store, { attributes: ofIa, parts: [partRecord(1, { sizeBytes: 7 }), partRecord(9)] });
      await openUpload(store, { attributes: ofIa, parts: [] });
      await openUpload(store, { attributes: unnamed, parts: [partRecord(1, { sizeBytes: 5 })] });
      await store.abortUpload(await openUpload(store, { parts: [partRecord(1)] }));

      assert.deepEqual(await store.measureBucket(BUCKET), {
        objects: [],
        deleteMarkerCount: 0,
        uploads: [
          { uploadCount: 1, partCount: 1, heldBytes: 5 },
          { storageClass: "IA", uploadCount: 2, partCount: 2, heldBytes: 7 + 102_400 },
        ],
      });
    });

    it("is nothing in a bucket that was deleted and made again, and a refusal where there is none", async () => {
      await using store = await openWithBucket(open);
      await store.putObject(newObject());
      await store.deleteObjects(BUCKET, [{ key: "cat.jpg" }], 1);
      await store.deleteBucket(BUCKET);
      await store.createBucket(bucketRecord());

      assert.deepEqual(await store.measureBucket(BUCKET), { objects: [], deleteMarkerCount: 0, uploads: [] });
      await assert.rejects(store.measureBucket("none"), { code: "bucket-missing" });
    });
  });
}

/** What is refused changes nothing. */
async function carryOut(store: MetadataStore, bucket: string, asked: Change): Promise<void> {
  const { kind, key, storageClass, sizeBytes, pick } = asked;
  const attributes = attributesOf(storageClass);
  const id = { bucket, key };
  if (kind === "put") {
    const extents = [{ blobId: newBlobId(), sizeBytes }];
    await store.putObject(newObject({ ...id, attributes, extents }));
  }
  if (kind === "append") {
    const extent = { blobId: newBlobId(), sizeBytes };
    const there = await store.getObject(id);
    const positionBytes = there === undefined || there.type === "DeleteMarker" ? 0 : there.sizeBytes;
    await store.appendObject(newAppend({ ...id, attributes, extent, positionBytes })).catch(() => {});
  }
  if (kind === "complete") {
    const parts = [partRecord(1, { sizeBytes }), partRecord(2, { sizeBytes })];
    const upload = await openUpload(store, { ...id, attributes, parts });
    await store.completeUpload(completionOf(upload, parts.slice(pick % 2), { partSizeMinBytes: 0 }));
  }
  if (kind === "change") {
    await store.changeObject(id, { standard: { storageClass: storageClass ?? null } });
  }
  if (kind === "delete") {
    await store.deleteObjects(bucket, [{ key }], 1);
  }
  if (kind === "delete version") {
    const { versions } = await allVersions(store, bucket);
    const version = versions[pick % Math.max(1, versions.length)]?.version;
    if (version !== undefined) {
      await store.deleteObjects(bucket, [{ key: version.key, versionId: version.versionId }], 1);
    }
  }
  if (kind === "suspend" || kind === "enable") {
    await store.updateBucket(bucket, { versioning: kind === "enable" ? "Enabled" : "Suspended" });
  }
}

async function countedVersions(store: MetadataStore, bucket: string): Promise<Omit<HeldByBucket, "uploads">> {
  const { versions } = await allVersions(store, bucket);
  const objects = versions.map(({ version }) => version).filter(({ type }) => type !== "DeleteMarker");
  const ofClass = (storageClass: string | undefined) =>
    objects.filter((each) => "attributes" in each && each.attributes.standard.storageClass === storageClass);
  return {
    deleteMarkerCount: versions.length - objects.length,
    objects: CLASSES.map((storageClass) => ({
      ...(storageClass === undefined ? {} : { storageClass }),
      objectCount: ofClass(storageClass).length,
      sizeBytes: ofClass(storageClass).reduce(
        (sum, each) => sum + ("sizeBytes" in each ? each.sizeBytes : 0),
        0,
      ),
    })).filter(({ objectCount }) => objectCount > 0),
  };
}

function allVersions(store: MetadataStore, bucket: string) {
  const page = { prefix: "", delimiter: "", keyMarker: "", versionIdMarker: "", limit: 1_000 };
  return store.listVersions(bucket, page);
}

function attributesOf(storageClass: string | undefined) {
  return { standard: storageClass === undefined ? {} : { storageClass }, user: {}, tags: {} };
}

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Extent, MetadataStore, OpenedVersion, WantedBytes } from "../../../src/storage/index.ts";
import { type OpenMetadataStore, openWithBucket, openWithVersioning } from "./contract-store.ts";
import { BUCKET, completionOf, newAppend, newBlobId, newObject, openUpload, partRecord } from "./records.ts";

const ID = { bucket: BUCKET, key: "cat.jpg" };
/** More than any index over extents leaves out between two of them, several times. */
const EXTENT_COUNT = 300;

/** Runs that lie in an object of `sizeBytes`. */
const runsIn = (sizeBytes: number) =>
  fc
    .tuple(fc.nat(sizeBytes - 1), fc.integer({ min: 1, max: sizeBytes }))
    .map(([start, length]) => ({ start, endExclusive: Math.min(start + length, sizeBytes) }));

export function wantedBytesLaws(open: OpenMetadataStore): void {
  describe("an object that is opened for some of its bytes", () => {
    it("has the extents with these bytes, whatever its parts and their numbers", async () => {
      await using store = await openWithBucket(open);
      const parts = extentsOf(EXTENT_COUNT).map((extent, index) => partRecord(1 + 33 * index, extent));
      const upload = await openUpload(store, { parts });
      const named = parts.filter(({ partNumber }) => partNumber % 5 > 0);
      await store.completeUpload(completionOf(upload, named, { partSizeMinBytes: 0 }));

      await assertOpensRuns(store, named);
    });

    it("has them of an object of several extents that was put", async () => {
      await using store = await openWithBucket(open);
      const extents = extentsOf(EXTENT_COUNT);
      await store.putObject(newObject({ extents }));

      await assertOpensRuns(store, extents);
    });

    it("has them of an object that was appended to", async () => {
      await using store = await openWithBucket(open);
      const extents = extentsOf(EXTENT_COUNT);
      await Promise.all(
        extents.map((extent, index) => {
          const positionBytes = sizeOf(extents.slice(0, index));
          return store.appendObject(newAppend({ key: ID.key, positionBytes, extent }));
        }),
      );

      await assertOpensRuns(store, extents);
    });

    it("has those of the object that is there now, not of the one that it replaced", async () => {
      await using store = await openWithBucket(open);
      await store.putObject(newObject({ extents: extentsOf(EXTENT_COUNT) }));
      const extents = extentsOf(EXTENT_COUNT).toReversed();
      await store.putObject(newObject({ extents }));

      await assertOpensRuns(store, extents);
    });

    it("has those of the version that is named", async () => {
      await using store = await openWithVersioning(open, "Enabled");
      const [older, newer] = [extentsOf(EXTENT_COUNT), extentsOf(EXTENT_COUNT).toReversed()];
      const { versionId } = await store.putObject(newObject({ extents: older }));
      await store.putObject(newObject({ extents: newer }));

      await assertOpensRuns(store, older, versionId);
      await assertOpensRuns(store, newer);
    });

    it("has its last bytes, counted from the end", async () => {
      await using store = await openWithBucket(open);
      const extents = [extentOf(10), extentOf(20), extentOf(30)];
      await store.putObject(newObject({ extents }));

      assert.deepEqual(await placesFor(store, { start: -31 }), {
        extents: extents.slice(1),
        skippedBytes: 10,
      });
      assert.deepEqual(await placesFor(store, { start: 30 }), {
        extents: extents.slice(2),
        skippedBytes: 30,
      });
      assert.deepEqual(await placesFor(store, { start: 9, endExclusive: 11 }), {
        extents: extents.slice(0, 2),
      });
    });

    it("has all extents when the bytes do not lie in it", async () => {
      await using store = await openWithBucket(open);
      const extents = [extentOf(10), extentOf(0), extentOf(20)];
      await store.putObject(newObject({ extents }));
      const outside: readonly WantedBytes[] = [
        { start: 30 },
        { start: -31 },
        { start: 12, endExclusive: 31 },
        { start: 12, endExclusive: 12 },
      ];

      for (const wanted of outside) {
        assert.deepEqual(await placesFor(store, wanted), { extents });
      }
    });

    it("has none when it is a delete marker, and is not there when there is no such key", async () => {
      await using store = await openWithVersioning(open, "Enabled");
      await store.deleteObjects(BUCKET, [{ key: ID.key }], 1);

      assert.deepEqual(await placesFor(store, { start: 0 }), { extents: [] });
      assert.equal(await store.openObject({ bucket: BUCKET, key: "none" }, { start: 0 }), undefined);
    });
  });
}

/** Some are empty. */
function extentsOf(count: number): readonly Extent[] {
  return Array.from({ length: count }, (_, index) => extentOf((index * 7) % 11));
}

function extentOf(sizeBytes: number): Extent {
  return { blobId: newBlobId(), sizeBytes };
}

async function assertOpensRuns(
  store: MetadataStore,
  all: readonly Extent[],
  versionId?: string,
): Promise<void> {
  const extents = all.map(({ blobId, sizeBytes }) => ({ blobId, sizeBytes }));
  const sizeBytes = sizeOf(extents);
  await fc.assert(
    fc.asyncProperty(runsIn(sizeBytes), async (run) => {
      assert.deepEqual(await placesFor(store, run, versionId), expectedPlaces(extents, run));
    }),
    { numRuns: 40 },
  );
}

async function placesFor(
  store: MetadataStore,
  wanted: WantedBytes,
  versionId?: string,
): Promise<Omit<OpenedVersion, "version">> {
  const opened = await store.openObject({ ...ID, ...(versionId === undefined ? {} : { versionId }) }, wanted);
  assert.ok(opened !== undefined);
  const { version: _, ...places } = opened;
  return places;
}

function expectedPlaces(
  extents: readonly Extent[],
  { start, endExclusive }: { readonly start: number; readonly endExclusive: number },
): Omit<OpenedVersion, "version"> {
  const startOf = (index: number) => sizeOf(extents.slice(0, index));
  const isNeeded = (index: number) => startOf(index + 1) > start && startOf(index) < endExclusive;
  const first = extents.findIndex((_, index) => isNeeded(index));
  const skippedBytes = startOf(first);
  return {
    extents: extents.filter((_, index) => isNeeded(index)),
    ...(skippedBytes === 0 ? {} : { skippedBytes }),
  };
}

function sizeOf(extents: readonly Extent[]): number {
  return extents.reduce((sum, extent) => sum + extent.sizeBytes, 0);
}

// Listings of versions against a model that is the sentences of the port.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { MetadataStore, VersionPage, VersionRecord } from "../../../src/storage/index.ts";
import { type OpenMetadataStore, openWithBucket, openWithVersioning } from "./contract-store.ts";
import { BUCKET, bucketRecord, NOW_MS, newAppend, newObject, openUpload, versionIdsOf } from "./records.ts";

const character = fc.constantFrom("a", "b", "/", "\u0000", "é", "\uffff", "\u{1f600}");
const text = (maxLength: number) => fc.string({ unit: character, maxLength });
const step = fc.record({
  key: fc.string({ unit: character, minLength: 1, maxLength: 3 }),
  isDeletion: fc.boolean(),
});
const folding = fc.record({
  prefix: text(1),
  delimiter: fc.oneof({ weight: 2, arbitrary: fc.constant("/") }, text(1)),
});
const FIRST_PAGE = { prefix: "", delimiter: "", keyMarker: "", versionIdMarker: "", limit: 100 };

interface Step {
  readonly key: string;
  readonly isDeletion: boolean;
}

interface Fold {
  readonly prefix: string;
  readonly delimiter: string;
}

export function versionListingLaws(open: OpenMetadataStore): void {
  describe("listings of versions", () => {
    it("page through versions and markers by key, the newest first, without gap or repetition", async () => {
      await using store = await openWithBucket(open);
      let bucketCount = 0;

      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { maxLength: 30 }),
          folding,
          fc.integer({ min: 1, max: 4 }),
          async (steps, fold, limit) => {
            bucketCount += 1;
            const bucket = `versions-${bucketCount}`;
            const versions = await fill(store, bucket, steps);

            const pages = await pagesOf(store, bucket, { ...fold, limit });

            const expected = entriesOf(versions, fold);
            assert.deepEqual(
              pages.flatMap((page) => linesOf(page)),
              expected,
            );
            assert.ok(pages.slice(0, -1).every((page) => linesOf(page).length === limit));
            assert.ok(pages.length === 1 || linesOf(pages.at(-1)).length > 0);
          },
        ),
        { numRuns: 150 },
      );
    });

    it("start after any marker, whether or not it is a key", async () => {
      await using store = await openWithBucket(open);
      let bucketCount = 0;

      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { maxLength: 20 }),
          folding,
          text(3),
          async (steps, fold, keyMarker) => {
            bucketCount += 1;
            const bucket = `version-markers-${bucketCount}`;
            const versions = await fill(store, bucket, steps);

            const page = await store.listVersions(bucket, { ...FIRST_PAGE, ...fold, keyMarker });

            const expected = entriesOf(versions, fold).filter(([key]) => byBytes(key, keyMarker) > 0);
            assert.deepEqual(linesOf(page), expected);
            assert.equal(page.next, undefined);
          },
        ),
        { numRuns: 100 },
      );
    });

    it("start within a key, after the version that is named, and after the key when there can be none such", async () => {
      await using store = await openWithBucket(open);
      const put = async (key: string) => (await store.putObject(newObject({ key }))).versionId;
      await put("b");
      await store.updateBucket(BUCKET, { versioning: "Enabled" });
      const [second, third, ofC] = [await put("b"), await put("b"), await put("c")];
      await put("a");
      const listAfter = async (keyMarker: string, versionIdMarker: string) => {
        const { versions } = await store.listVersions(BUCKET, { ...FIRST_PAGE, keyMarker, versionIdMarker });
        return versions.map(({ version }) => version.versionId);
      };

      assert.deepEqual(await listAfter("a", ""), [third, second, "null", ofC]);
      assert.deepEqual(await listAfter("a", third), [third, second, "null", ofC]);
      assert.deepEqual(await listAfter("b", third), [second, "null", ofC]);
      assert.deepEqual(await listAfter("b", second), ["null", ofC]);
      assert.deepEqual(await listAfter("b", "null"), [ofC]);
      assert.deepEqual(await listAfter("b", ""), [ofC]);
      assert.deepEqual(await listAfter("b", "none"), [ofC]);
      assert.deepEqual(await listAfter("b", `${third}0`), [ofC]);
    });

    it("keep to the prefix when the marker is a version of a key behind it", async () => {
      await using store = await openWithBucket(open);
      await store.updateBucket(BUCKET, { versioning: "Enabled" });
      const older = (await store.putObject(newObject({ key: "ab" }))).versionId;
      const newer = (await store.putObject(newObject({ key: "ab" }))).versionId;
      await store.deleteObjects(BUCKET, [{ key: "ab", versionId: older }], NOW_MS);
      await store.putObject(newObject({ key: "ab" }));

      for (const versionIdMarker of [older, newer, "null"]) {
        const page = { ...FIRST_PAGE, prefix: "a/", keyMarker: "ab", versionIdMarker };
        assert.deepEqual((await store.listVersions(BUCKET, page)).versions, []);
      }
    });

    it("go on where a version stood that is gone now, and skip none of those that are left", async () => {
      await using store = await openWithBucket(open);
      const put = async (key: string) => (await store.putObject(newObject({ key }))).versionId;
      const remove = (versionId: string) => store.deleteObjects(BUCKET, [{ key: "k", versionId }], NOW_MS);
      const listAfter = async (versionIdMarker: string) => {
        const markers = { keyMarker: "k", versionIdMarker };
        const { versions } = await store.listVersions(BUCKET, { ...FIRST_PAGE, ...markers });
        return versions.map(({ version, isLatest }) => `${version.versionId}${isLatest ? " is latest" : ""}`);
      };
      await store.updateBucket(BUCKET, { versioning: "Enabled" });
      const first = await put("k");
      await store.updateBucket(BUCKET, { versioning: "Suspended" });
      await put("k");
      await store.updateBucket(BUCKET, { versioning: "Enabled" });
      const [third, fourth, last] = [await put("k"), await put("k"), await put("l")];

      await remove(third);
      assert.deepEqual(await listAfter(third), ["null", first, `${last} is latest`]);
      await remove(fourth);
      assert.deepEqual(await listAfter(fourth), ["null is latest", first, `${last} is latest`]);
      assert.deepEqual(await listAfter(third), ["null is latest", first, `${last} is latest`]);
      await remove("null");
      assert.deepEqual(await listAfter("null"), [`${first} is latest`, `${last} is latest`]);
      await remove(first);
      assert.deepEqual(await listAfter(first), [`${last} is latest`]);
      assert.deepEqual(await listAfter("null"), [`${last} is latest`]);
    });

    for (const versioning of ["Enabled", "Suspended"] as const) {
      it(`name what stood behind a version that is gone, and was appended to since; ${versioning}`, async () => {
        await using store = await openWithVersioning(open, versioning);
        const { key, versionId } = await store.appendObject(newAppend());
        await store.updateBucket(BUCKET, { versioning: "Enabled" });
        const gone = await store.putObject(newObject({ key }));
        await store.deleteObjects(BUCKET, [{ key, versionId: gone.versionId }], NOW_MS);
        await store.appendObject(newAppend({ positionBytes: 10 }));
        await store.putObject(newObject({ key }));

        const page = { ...FIRST_PAGE, keyMarker: key, versionIdMarker: gone.versionId };
        const { versions } = await store.listVersions(BUCKET, page);

        assert.deepEqual(
          versions.map(({ version }) => version.versionId),
          [versionId],
        );
      });
    }

    it("empty a bucket whose pages are deleted one after another", async () => {
      await using store = await openWithVersioning(open, "Enabled");
      for (let count = 0; count < 5; count += 1) {
        await store.putObject(newObject({ key: "k" }));
        await store.deleteObjects(BUCKET, [{ key: "l" }], NOW_MS);
      }

      let marker: VersionPage["next"] = { key: "", versionId: "" };
      while (marker !== undefined) {
        const page: VersionPage = await store.listVersions(BUCKET, {
          ...{ ...FIRST_PAGE, limit: 3 },
          ...{ keyMarker: marker.key, versionIdMarker: marker.versionId },
        });
        const deletions = page.versions.map(({ version: { key, versionId } }) => ({ key, versionId }));
        await store.deleteObjects(BUCKET, deletions, NOW_MS);
        marker = page.next;
      }

      await store.deleteBucket(BUCKET);
      assert.equal(await store.getBucket(BUCKET), undefined);
    });

    it("say which version is current, and where the next page begins", async () => {
      await using store = await openWithVersioning(open, "Enabled");
      const older = await store.putObject(newObject({ key: "k" }));
      const newer = await store.putObject(newObject({ key: "k" }));
      await store.putObject(newObject({ key: "k/1" }));
      await store.putObject(newObject({ key: "z" }));

      const first = await store.listVersions(BUCKET, { ...FIRST_PAGE, delimiter: "/", limit: 1 });
      const third = await store.listVersions(BUCKET, {
        ...{ ...FIRST_PAGE, delimiter: "/", limit: 1 },
        ...{ keyMarker: "k", versionIdMarker: older.versionId },
      });

      assert.deepEqual(first, {
        versions: [{ version: newer, isLatest: true }],
        commonPrefixes: [],
        next: { key: "k", versionId: newer.versionId },
      });
      assert.deepEqual(third, { versions: [], commonPrefixes: ["k/"], next: { key: "k/", versionId: "" } });
    });

    it("page through a key of many versions", async () => {
      await using store = await openWithVersioning(open, "Enabled");
      const puts = await Promise.all(Array.from({ length: 500 }, () => store.putObject(newObject())));

      const pages = await pagesOf(store, BUCKET, { prefix: "", delimiter: "", limit: 7 });

      assert.deepEqual(
        pages.flatMap(({ versions }) => versions.map(({ version }) => version.versionId)),
        puts
          .toSorted((first, second) => second.generation - first.generation)
          .map(({ versionId }) => versionId),
      );
    });

    it("leave delete markers to themselves: a page of objects is full while any are left", async () => {
      await using store = await openWithVersioning(open, "Enabled");
      const keys = Array.from({ length: 60 }, (_, index) => `k${String(index).padStart(2, "0")}`);
      for (const key of keys) {
        await store.putObject(newObject({ key }));
      }
      const gone = keys.filter((_, index) => index % 10 !== 9);
      await store.deleteObjects(
        BUCKET,
        gone.map((key) => ({ key })),
        NOW_MS,
      );
      const list = (startAfter: string) =>
        store.listObjects(BUCKET, { prefix: "", delimiter: "", startAfter, limit: 4 });

      const first = await list("");
      const second = await list(first.nextMarker ?? "");

      assert.deepEqual(
        [first, second].map(({ objects, nextMarker }) => [objects.map(({ key }) => key), nextMarker]),
        [
          [["k09", "k19", "k29", "k39"], "k39"],
          [["k49", "k59"], undefined],
        ],
      );
    });

    it("show no common prefix under which only delete markers are left, but in listings of versions", async () => {
      await using store = await openWithVersioning(open, "Enabled");
      await store.putObject(newObject({ key: "a/1" }));
      await store.deleteObjects(BUCKET, [{ key: "a/1" }], NOW_MS);
      const page = { prefix: "", delimiter: "/", limit: 10 };

      assert.deepEqual(await store.listObjects(BUCKET, { ...page, startAfter: "" }), {
        objects: [],
        commonPrefixes: [],
      });
      const { commonPrefixes } = await store.listVersions(BUCKET, { ...FIRST_PAGE, delimiter: "/" });
      assert.deepEqual(commonPrefixes, ["a/"]);
    });

    it("keep a bucket from being deleted while a version, a marker or an upload is there", async () => {
      await using store = await openWithVersioning(open, "Enabled");
      const notEmpty = { code: "bucket-not-empty" };
      await store.putObject(newObject({ key: "k" }));
      await store.deleteObjects(BUCKET, [{ key: "k" }], NOW_MS);
      const [markerId = "", versionId = ""] = await versionIdsOf(store, "k");

      await assert.rejects(store.deleteBucket(BUCKET), notEmpty);
      await store.deleteObjects(BUCKET, [{ key: "k", versionId }], NOW_MS);
      await assert.rejects(store.deleteBucket(BUCKET), notEmpty);
      await store.deleteObjects(BUCKET, [{ key: "k", versionId: markerId }], NOW_MS);
      const upload = await openUpload(store, { parts: [] });
      await assert.rejects(store.deleteBucket(BUCKET), notEmpty);
      await store.abortUpload(upload);
      await store.deleteBucket(BUCKET);

      await assert.rejects(store.listVersions(BUCKET, FIRST_PAGE), { code: "bucket-missing" });
    });
  });
}

type Line = readonly [key: string, versionId: string, isLatest: boolean | undefined];

/** Puts and deletes in a bucket with versioning. @returns all versions, the oldest first */
async function fill(
  store: MetadataStore,
  bucket: string,
  steps: readonly Step[],
): Promise<readonly VersionRecord[]> {
  await store.createBucket(bucketRecord({ name: bucket, versioning: "Enabled" }));
  return Promise.all(
    steps.map(async ({ key, isDeletion }) => {
      if (!isDeletion) {
        return store.putObject(newObject({ bucket, key }));
      }
      const [{ marker } = {}] = await store.deleteObjects(bucket, [{ key }], NOW_MS);
      assert.ok(marker !== undefined);
      return marker;
    }),
  );
}

/** What stands in the whole listing, in order. */
function entriesOf(versions: readonly VersionRecord[], { prefix, delimiter }: Fold): readonly Line[] {
  const newestFirst = versions.toSorted(
    (first, second) => byBytes(first.key, second.key) || second.generation - first.generation,
  );
  const lines = newestFirst
    .filter(({ key }) => key.startsWith(prefix))
    .map(({ key, versionId }, index, all): Line => {
      const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
      const isLatest = all[index - 1]?.key !== key;
      return end < 0 ? [key, versionId, isLatest] : [key.slice(0, end + delimiter.length), "", undefined];
    });
  return lines.filter(
    ([key, versionId], index) =>
      versionId !== "" || lines.findIndex((line) => line[0] === key && line[1] === "") === index,
  );
}

async function pagesOf(
  store: MetadataStore,
  bucket: string,
  fold: Fold & { readonly limit: number },
): Promise<readonly VersionPage[]> {
  const pages: VersionPage[] = [];
  let marker: VersionPage["next"] = { key: "", versionId: "" };
  while (marker !== undefined) {
    const markers = { keyMarker: marker.key, versionIdMarker: marker.versionId };
    const page: VersionPage = await store.listVersions(bucket, { ...fold, ...markers });
    pages.push(page);
    marker = page.next;
  }
  return pages;
}

/** Versions and common prefixes of a page in the order of its keys. */
function linesOf(page: VersionPage | undefined): readonly Line[] {
  const versions = (page?.versions ?? []).map(
    ({ version, isLatest }): Line => [version.key, version.versionId, isLatest],
  );
  const prefixes = (page?.commonPrefixes ?? []).map((key): Line => [key, "", undefined]);
  return [...versions, ...prefixes].sort(([first], [second]) => byBytes(first, second));
}

function byBytes(first: string, second: string): number {
  return Buffer.compare(Buffer.from(first), Buffer.from(second));
}

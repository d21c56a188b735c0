// Listings against a model that is the sentences of the port: all entries in one array, the page cut out of it.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { MetadataStore, UploadPage, UploadRecord } from "../../../src/storage/index.ts";
import { type OpenMetadataStore, openWithBucket } from "./contract-store.ts";
import { BUCKET, bucketRecord, newObject, openUpload, uploadRecord } from "./records.ts";

/** Few characters, so that prefixes and delimiters meet; each of another UTF-8 length, and two whose UTF-16 order is wrong. */
const character = fc.constantFrom("a", "b", "/", "-", "\u0000", "é", "中", "\uffff", "\u{1f600}", "\ufeff");
const text = (maxLength: number) => fc.string({ unit: character, maxLength });
const key = fc.string({ unit: character, minLength: 1, maxLength: 6 });
const folding = fc.record({
  prefix: text(2),
  delimiter: fc.oneof({ weight: 3, arbitrary: fc.constant("/") }, text(2)),
});
const limit = fc.integer({ min: 1, max: 4 });

export function listingLaws(open: OpenMetadataStore): void {
  describe("listings", () => {
    it("page through objects without gap or repetition", async () => {
      await using store = await openWithBucket(open);
      let bucketCount = 0;

      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(key, { maxLength: 25 }),
          folding,
          limit,
          async (keys, fold, pageLimit) => {
            bucketCount += 1;
            const bucket = `objects-${bucketCount}`;
            await fillWithObjects(store, bucket, keys);

            const pages = await pagesOfObjects(store, bucket, { ...fold, limit: pageLimit });

            assert.deepEqual(
              pages.flatMap((page) => page.sort(byBytes)),
              entriesOf(keys, fold),
            );
            assert.deepEqual(
              pages.map(({ length }) => length),
              pageSizes(entriesOf(keys, fold).length, pageLimit),
            );
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
          fc.uniqueArray(key, { maxLength: 25 }),
          folding,
          text(4),
          async (keys, fold, startAfter) => {
            bucketCount += 1;
            const bucket = `markers-${bucketCount}`;
            await fillWithObjects(store, bucket, keys);

            const page = await store.listObjects(bucket, { ...fold, startAfter, limit: 1_000 });

            const listed = [...page.objects.map((object) => object.key), ...page.commonPrefixes].sort(
              byBytes,
            );
            const expected = entriesOf(keys, fold).filter((entry) => byBytes(entry, startAfter) > 0);
            assert.deepEqual(listed, expected);
            assert.equal(page.nextMarker, undefined);
          },
        ),
        { numRuns: 150 },
      );
    });

    it("page through uploads by key, then upload id", async () => {
      await using store = await openWithBucket(open);
      const keysWithTwins = fc.array(key, { maxLength: 25 });
      let bucketCount = 0;

      await fc.assert(
        fc.asyncProperty(keysWithTwins, folding, limit, async (keys, fold, pageLimit) => {
          bucketCount += 1;
          const bucket = `uploads-${bucketCount}`;
          await store.createBucket(bucketRecord({ name: bucket }));
          const uploads = await Promise.all(
            keys.map((each) => openUpload(store, { bucket, key: each, parts: [] })),
          );

          const listed = await listAllUploads(store, bucket, { ...fold, limit: pageLimit });

          assert.deepEqual(listed, expectedUploads(uploads, fold));
        }),
        { numRuns: 150 },
      );
    });

    it("start after any key marker and upload id marker", async () => {
      await using store = await openWithBucket(open);
      const [first, second, third] = ["A1", "A2", "A3"].map((uploadId) =>
        uploadRecord({ key: "k", uploadId }),
      );
      assert.ok(first && second && third);
      const later = uploadRecord({ key: "k\u0000" });
      for (const upload of [third, later, first, second]) {
        await store.createUpload(upload, { forbidOverwrite: false });
      }
      const listAfter = async (keyMarker: string, uploadIdMarker: string) =>
        uploadsOf(
          await store.listUploads(BUCKET, {
            ...{ prefix: "", delimiter: "", limit: 10 },
            keyMarker,
            uploadIdMarker,
          }),
        );

      assert.deepEqual(await listAfter("", ""), [first, second, third, later]);
      assert.deepEqual(await listAfter("", "A2"), [first, second, third, later]);
      assert.deepEqual(await listAfter("k", ""), [later]);
      assert.deepEqual(await listAfter("k", "A1"), [second, third, later]);
      assert.deepEqual(await listAfter("k", "A11"), [second, third, later]);
      assert.deepEqual(await listAfter("k", "A3"), [later]);
      assert.deepEqual(await listAfter("j", "A3"), [first, second, third, later]);
      assert.deepEqual(await listAfter("k\u0000", ""), []);
    });

    it("say nothing of an end when there is nothing", async () => {
      await using store = await openWithBucket(open);
      const page = { prefix: "", delimiter: "/", limit: 10 };

      assert.deepEqual(await store.listObjects(BUCKET, { ...page, startAfter: "" }), {
        objects: [],
        commonPrefixes: [],
      });
      assert.deepEqual(await store.listUploads(BUCKET, { ...page, keyMarker: "", uploadIdMarker: "" }), {
        uploads: [],
        commonPrefixes: [],
        isTruncated: false,
      });
    });
  });
}

interface Fold {
  readonly prefix: string;
  readonly delimiter: string;
}

function byBytes(first: string, second: string): number {
  return Buffer.compare(Buffer.from(first), Buffer.from(second));
}

/** What stands in the whole listing, in order. */
function entriesOf(keys: readonly string[], { prefix, delimiter }: Fold): readonly string[] {
  const entries = keys
    .filter((each) => each.startsWith(prefix))
    .map((each) => {
      const rest = each.slice(prefix.length);
      const [head, ...tail] = delimiter === "" ? [rest] : rest.split(delimiter);
      return tail.length === 0 ? each : `${prefix}${head}${delimiter}`;
    });
  return [...new Set(entries)].sort(byBytes);
}

/** Full pages, and a last one with the rest; one empty page when there is nothing. */
function pageSizes(entryCount: number, pageLimit: number): readonly number[] {
  const pageCount = Math.max(1, Math.ceil(entryCount / pageLimit));
  return Array.from({ length: pageCount }, (_, index) => Math.min(pageLimit, entryCount - index * pageLimit));
}

async function fillWithObjects(store: MetadataStore, bucket: string, keys: readonly string[]): Promise<void> {
  await store.createBucket(bucketRecord({ name: bucket }));
  await Promise.all(keys.map((each) => store.putObject(newObject({ bucket, key: each }))));
}

async function pagesOfObjects(
  store: MetadataStore,
  bucket: string,
  fold: Fold & { readonly limit: number },
): Promise<string[][]> {
  const pages: string[][] = [];
  let startAfter: string | undefined = "";
  while (startAfter !== undefined) {
    const page = await store.listObjects(bucket, { ...fold, startAfter });
    pages.push([...page.objects.map((object) => object.key), ...page.commonPrefixes]);
    startAfter = page.nextMarker;
  }
  return pages;
}

interface ListedUploads {
  readonly uploads: readonly UploadRecord[];
  readonly commonPrefixes: readonly string[];
}

async function listAllUploads(
  store: MetadataStore,
  bucket: string,
  fold: Fold & { readonly limit: number },
): Promise<ListedUploads> {
  const uploads: UploadRecord[] = [];
  const commonPrefixes: string[] = [];
  let marker = { key: "", uploadId: "" };
  let isTruncated = true;
  while (isTruncated) {
    const markers = { keyMarker: marker.key, uploadIdMarker: marker.uploadId };
    const page = await store.listUploads(bucket, { ...fold, ...markers });
    assert.ok(page.uploads.length + page.commonPrefixes.length <= fold.limit);
    assert.ok(page.last !== undefined || !page.isTruncated);
    uploads.push(...uploadsOf(page));
    commonPrefixes.push(...page.commonPrefixes);
    marker = page.last ?? marker;
    isTruncated = page.isTruncated;
  }
  return { uploads, commonPrefixes };
}

/** Without what they hold. */
function uploadsOf({ uploads }: UploadPage): readonly UploadRecord[] {
  return uploads.map(({ partCount: _, heldBytes: __, ...upload }) => upload);
}

function expectedUploads(uploads: readonly UploadRecord[], fold: Fold): ListedUploads {
  const inPrefix = uploads.filter((upload) => upload.key.startsWith(fold.prefix));
  const folded = inPrefix.filter((upload) => isFolded(upload.key, fold)).map((upload) => upload.key);
  return {
    uploads: inPrefix
      .filter((upload) => !isFolded(upload.key, fold))
      .sort((a, b) => byBytes(a.key, b.key) || byBytes(a.uploadId, b.uploadId)),
    commonPrefixes: entriesOf(folded, fold),
  };
}

function isFolded(each: string, { prefix, delimiter }: Fold): boolean {
  return delimiter !== "" && each.slice(prefix.length).includes(delimiter);
}

// The seven multipart calls as they go over the wire, when all goes well.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { it } from "node:test";
import fc from "fast-check";
import { oss } from "../../src/protocol/dialects/oss.ts";
import { multipartEtag } from "../../src/protocol/etag.ts";
import { describeOverBothStores } from "./both-stores.ts";
import { completionDocument, md5Base64, partQuery, type TestServer, testBucket } from "./test-server.ts";

const PART_SIZE_BYTES = 100 * 1024;
const FIRST = Buffer.alloc(PART_SIZE_BYTES, "A");
const LAST = Buffer.from("BBBBB");
// oss-protocol.md, 3.6: 102400 × "A", then 5 × "B".
const FIRST_ETAG = "17FEA6E97583648E493E6D8BCD54C8F4";
const LAST_ETAG = "87C7D4068BE07D390A1FFFD21BF1E944";
const WHOLE_ETAG = "F6984C1C53B3980D4E51166AAB72C261-2";

function md5Hex(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}

async function uploadTwoParts(service: TestServer, key: string, initiation: Record<string, string> = {}) {
  const initiated = await service.send({
    method: "POST",
    key,
    query: [["uploads", ""]],
    headers: initiation,
  });
  const uploadId = initiated.element("UploadId") ?? "";
  const first = await service.putPart(key, uploadId, 1, FIRST);
  const last = await service.putPart(key, uploadId, 2, LAST);
  const completed = await service.complete(key, uploadId, [
    [1, first],
    [2, last],
  ]);
  return { uploadId, completed };
}

describeOverBothStores("a multipart upload", (service) => {
  it("is initiated with its bucket, key and an id of 32 upper-case hex digits", async () => {
    const response = await service().send({ method: "POST", key: "a b", query: [["uploads", ""]] });

    assert.equal(response.status, 200);
    assert.equal(response.headers["content-type"], "application/xml");
    assert.match(
      response.text,
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<InitiateMultipartUploadResult><Bucket>test-bucket<\/Bucket><Key>a b<\/Key><UploadId>[0-9A-F]{32}<\/UploadId><\/InitiateMultipartUploadResult>$/,
    );
  });

  it("encodes the key in the answer when asked to", async () => {
    const response = await service().send({
      method: "POST",
      key: "a/b c",
      query: [
        ["uploads", ""],
        ["encoding-type", "url"],
      ],
    });

    assert.match(response.text, /<InitiateMultipartUploadResult><EncodingType>url<\/EncodingType><Bucket>/);
    assert.equal(response.element("Key"), "a%2Fb%20c");
  });

  it("answers a part with its ETag, its CRC-64 and its MD5, and no body", async () => {
    const uploadId = await service().initiate("part");

    const response = await service().send({
      method: "PUT",
      key: "part",
      query: partQuery(uploadId, "1"),
      headers: { "content-md5": md5Base64(FIRST), "x-oss-hash-crc64ecma": "9427277473487083924" },
      body: FIRST,
    });

    assert.equal(response.status, 200, response.text);
    assert.equal(response.headers.etag, `"${FIRST_ETAG}"`);
    assert.equal(response.headers["x-oss-hash-crc64ecma"], "9427277473487083924");
    assert.equal(response.headers["content-md5"], md5Base64(FIRST));
    assert.equal(response.headers["content-length"], "0");
    assert.equal(response.text, "");
  });

  it("refuses a part whose CRC-64 is not the one that was declared", async () => {
    const uploadId = await service().initiate("part-crc");

    const response = await service().send({
      method: "PUT",
      key: "part-crc",
      query: partQuery(uploadId, "1"),
      headers: { "x-oss-hash-crc64ecma": "1" },
      body: FIRST,
    });

    assert.equal(`${response.status} ${response.element("Code")}`, "400 InvalidCRC64");
    const listed = await service().send({ key: "part-crc", query: [["uploadId", uploadId]] });
    assert.deepEqual(listed.elements("PartNumber"), []);
  });

  it("is completed with the ETag and CRC-64 that the documentation's rules give, and no Content-MD5", async () => {
    const { completed } = await uploadTwoParts(service(), "dir/whole");

    assert.equal(completed.status, 200, completed.text);
    assert.equal(completed.headers.etag, `"${WHOLE_ETAG}"`);
    assert.equal(completed.headers["x-oss-hash-crc64ecma"], "8028216303960365413");
    assert.equal(completed.headers["content-md5"], undefined);
    const { host } = service().endpoint;
    assert.equal(
      completed.text,
      `<?xml version="1.0" encoding="UTF-8"?>\n<CompleteMultipartUploadResult><Location>http://${host}/${testBucket}/dir/whole</Location><Bucket>${testBucket}</Bucket><Key>dir/whole</Key><ETag>"${WHOLE_ETAG}"</ETag></CompleteMultipartUploadResult>`,
    );
  });

  it("gives its object what was said when it was initiated", async () => {
    await uploadTwoParts(service(), "described", {
      "content-type": "text/plain",
      "cache-control": "no-cache",
      "content-disposition": 'attachment; filename="中.txt"',
      "x-oss-meta-owner": "张三",
      "x-oss-storage-class": "IA",
    });

    const { headers } = await service().send({ method: "HEAD", key: "described" });

    assert.equal(headers["content-length"], String(PART_SIZE_BYTES + 5));
    assert.equal(headers["content-type"], "text/plain");
    assert.equal(headers["cache-control"], "no-cache");
    assert.equal(utf8(headers["content-disposition"]), 'attachment; filename="中.txt"');
    assert.equal(utf8(headers["x-oss-meta-owner"]), "张三");
    assert.equal(headers["x-oss-storage-class"], "IA");
    assert.equal(headers["x-oss-object-type"], "Multipart");
    assert.equal(headers.etag, `"${WHOLE_ETAG}"`);
    assert.equal(headers["content-md5"], undefined);
  });

  it("lists its parts page by page", async () => {
    const uploadId = await service().initiate("pages");
    await service().putPart("pages", uploadId, 3, LAST);
    await service().putPart("pages", uploadId, 1, FIRST);
    await service().putPart("pages", uploadId, 10_000, LAST);
    const page = (marker: string) =>
      service().send({
        key: "pages",
        query: [
          ["uploadId", uploadId],
          ["max-parts", "2"],
          ["part-number-marker", marker],
        ],
      });

    const first = await page("");
    const second = await page("3");

    assert.deepEqual(first.elements("PartNumber"), ["1", "3"]);
    assert.deepEqual(first.elements("ETag"), [`"${FIRST_ETAG}"`, `"${LAST_ETAG}"`]);
    assert.deepEqual(first.elements("HashCrc64ecma"), ["9427277473487083924", "6515222996279042683"]);
    assert.deepEqual(first.elements("Size"), ["102400", "5"]);
    assert.match(first.element("LastModified") ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
    assert.equal(first.element("IsTruncated"), "true");
    assert.equal(first.element("NextPartNumberMarker"), "3");
    assert.equal(first.element("MaxParts"), "2");
    assert.deepEqual(second.elements("PartNumber"), ["10000"]);
    assert.equal(second.element("IsTruncated"), "false");
    assert.equal(second.element("NextPartNumberMarker"), "10000");
    assert.equal(second.element("PartNumberMarker"), "3");
  });

  it("is listed page by page among others, by key and then by id", async () => {
    const keys = ["list/a", "list/b", "list/b", "list/c"];
    const ids = await Promise.all(keys.map((key) => service().initiate(key)));
    const [, ...bIds] = ids;
    const expectedB = bIds.slice(0, 2).sort();
    const page = (keyMarker: string, uploadIdMarker: string) =>
      service().send({
        query: [
          ["uploads", ""],
          ["prefix", "list/"],
          ["max-uploads", "2"],
          ["key-marker", keyMarker],
          ["upload-id-marker", uploadIdMarker],
        ],
      });

    const first = await page("", "");
    const second = await page("list/b", expectedB[0] ?? "");

    assert.deepEqual(first.elements("UploadId"), [ids[0], expectedB[0]]);
    assert.equal(first.element("IsTruncated"), "true");
    assert.equal(first.element("NextKeyMarker"), "list/b");
    assert.equal(first.element("NextUploadIdMarker"), expectedB[0]);
    assert.deepEqual(second.elements("UploadId"), [expectedB[1], ids[3]]);
    assert.equal(second.element("IsTruncated"), "false");
    assert.equal(second.element("NextUploadIdMarker"), ids[3]);
  });

  it("is gone after an abort, which answers 204 without a body", async () => {
    const uploadId = await service().initiate("aborted");
    await service().putPart("aborted", uploadId, 1, FIRST);

    const response = await service().send({
      method: "DELETE",
      key: "aborted",
      query: [["uploadId", uploadId]],
    });

    assert.equal(response.status, 204);
    assert.equal(response.text, "");
    assert.equal(response.headers["content-length"], undefined);
    assert.equal((await service().complete("aborted", uploadId, [[1, FIRST_ETAG]])).status, 404);
  });

  it("takes a part from an object, whole or by a range, and tells which range", async () => {
    await service().send({ method: "PUT", key: "source +", body: "0123456789" });
    const uploadId = await service().initiate("copied");
    const copy = (range: Record<string, string>) =>
      service().send({
        method: "PUT",
        key: "copied",
        query: partQuery(uploadId, "1"),
        headers: { "x-oss-copy-source": `/${testBucket}/source%20%2B`, ...range },
      });

    const whole = await copy({});
    const range = await copy({ "x-oss-copy-source-range": "bytes=2-4" });
    const open = await copy({ "x-oss-copy-source-range": "bytes=7-" });
    const tooLong = await copy({ "x-oss-copy-source-range": "bytes=7-10" });

    assert.equal(whole.status, 200, whole.text);
    assert.equal(whole.headers["content-range"], undefined);
    assert.equal(range.headers["content-range"], "bytes 2-4/10");
    assert.equal(range.headers.etag, `"${md5Hex(Buffer.from("234")).toUpperCase()}"`);
    assert.equal(range.element("ETag"), range.headers.etag);
    assert.equal(open.headers["content-range"], "bytes 7-9/10");
    // A range that does not fit copies the whole object (UploadPartCopy).
    assert.equal(tooLong.headers["content-range"], undefined);
    assert.equal(tooLong.headers.etag, whole.headers.etag);
  });

  it("names the bucket that the source of a copied part is missing from", async () => {
    const uploadId = await service().initiate("copied");

    const response = await service().send({
      method: "PUT",
      key: "copied",
      query: partQuery(uploadId, "1"),
      headers: { "x-oss-copy-source": "/no-such-bucket/k" },
    });

    assert.equal(`${response.status} ${response.element("Code")}`, "404 NoSuchBucket");
    assert.equal(response.element("BucketName"), "no-such-bucket");
  });

  it("is completed with all its parts when the client names none of them", async () => {
    const uploadId = await service().initiate("all");
    await service().putPart("all", uploadId, 7, LAST);
    await service().putPart("all", uploadId, 2, FIRST);

    const response = await service().send({
      method: "POST",
      key: "all",
      query: [["uploadId", uploadId]],
      headers: { "x-oss-complete-all": "yes" },
    });

    assert.equal(response.status, 200, response.text);
    assert.equal(response.headers.etag, `"${WHOLE_ETAG}"`);
  });

  it("gives every range of its object, across the borders of its parts", async () => {
    const parts = [FIRST, Buffer.alloc(PART_SIZE_BYTES + 1, "b"), Buffer.alloc(PART_SIZE_BYTES, "c"), LAST];
    const whole = Buffer.concat(parts);
    const uploadId = await service().initiate("ranges");
    const named: [number, string][] = [];
    for (const [index, part] of parts.entries()) {
      named.push([index + 1, await service().putPart("ranges", uploadId, index + 1, part)]);
    }
    await service().complete("ranges", uploadId, named);
    const borders = [0, 102_400, 204_801, 307_201, whole.length];
    const position = fc.oneof(
      fc.constantFrom(...borders).chain((border) => fc.integer({ min: border - 2, max: border + 2 })),
      fc.nat(whole.length),
    );
    const inside = position.map((value) => Math.min(Math.max(value, 0), whole.length - 1));

    await fc.assert(
      fc.asyncProperty(inside, inside, async (left, right) => {
        const [start, end] = left < right ? [left, right] : [right, left];

        const range = await service().send({ key: "ranges", headers: { range: `bytes=${start}-${end}` } });
        const suffix = await service().send({ key: "ranges", headers: { range: `bytes=-${start + 1}` } });

        assert.equal(range.status, 206);
        assert.equal(range.headers["content-range"], `bytes ${start}-${end}/${whole.length}`);
        assert.ok(range.body.equals(whole.subarray(start, end + 1)));
        assert.ok(suffix.body.equals(whole.subarray(whole.length - start - 1)));
      }),
      { numRuns: 50 },
    );
  });

  it("is completed within seconds when it has 10,000 parts", async () => {
    const { metadata, blobs } = service().store;
    const upload = { bucket: testBucket, key: "many", uploadId: await service().initiate("many") };
    const writer = await blobs.create();
    await writer.write(FIRST);
    await writer.commit();
    const md5 = FIRST_ETAG.toLowerCase();
    for (let partNumber = 1; partNumber <= 10_000; partNumber += 1) {
      // Parts whose blobs are not read here need not be there.
      const blobId = partNumber === 10_000 ? writer.id : `${writer.id}-${partNumber}`;
      const part = { blobId, sizeBytes: PART_SIZE_BYTES, md5, crc64: 9427277473487083924n, createdAtMs: 0 };
      await metadata.putPart(upload, { partNumber, ...part });
    }
    const named = Array.from({ length: 10_000 }, (_, index) => [index + 1, FIRST_ETAG] as const);
    const startedAtMs = performance.now();

    const response = await service().send({
      method: "POST",
      key: "many",
      query: [["uploadId", upload.uploadId]],
      body: completionDocument(named),
    });

    assert.equal(response.status, 200, response.text.slice(0, 500));
    assert.ok(performance.now() - startedAtMs < 5_000);
    const md5s = named.map(() => md5);
    assert.equal(response.headers.etag, `"${multipartEtag(md5s, oss, md5Hex)}"`);
    const last = await service().send({ key: "many", headers: { range: "bytes=-3" } });
    assert.equal(last.text, "AAA");
  });
});

function utf8(header: string | string[] | undefined): string {
  return Buffer.from(String(header), "latin1").toString("utf8");
}

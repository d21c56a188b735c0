// Storage classes: which one an object has, and that an archived one must be restored before it is read.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import type { Headers, Query } from "../../src/protocol/http-message.ts";
import {
  startTestServer,
  type TestRequest,
  type TestResponse,
  type TestServer,
  testBucket,
} from "./test-server.ts";

const STARTED_AT_MS = Date.parse("2026-03-01T12:00:00.500Z");
const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

let service: TestServer;
let nowMs = STARTED_AT_MS;
before(async () => {
  service = await startTestServer({ now: () => nowMs });
  await send({ method: "PUT", bucket: "cold-bucket", body: bucketDocument("ColdArchive") });
});
beforeEach(() => {
  nowMs = STARTED_AT_MS;
});
after(() => service[Symbol.asyncDispose]());

const send = (request: TestRequest) => service.send({ ...request, time: new Date(nowMs) });
const put = (key: string, storageClass: string, headers: Headers = {}) =>
  send({ method: "PUT", key, body: "cold", headers: { "x-oss-storage-class": storageClass, ...headers } });
const head = (key: string) => send({ method: "HEAD", key });
const copy = (from: string, to: string, headers: Headers = {}, source = testBucket) =>
  send({ method: "PUT", key: to, headers: { "x-oss-copy-source": `/${source}/${from}`, ...headers } });
const restore = (key: string, document?: string) =>
  send({
    method: "POST",
    key,
    query: [["restore", ""]],
    ...(document === undefined ? {} : { body: document }),
  });

describe("the storage class of an object", () => {
  it("is its bucket's when nobody names one", async () => {
    const inBucket = (request: TestRequest) => send({ bucket: "cold-bucket", ...request });
    await inBucket({ method: "PUT", key: "put", body: "x" });
    await inBucket({ method: "PUT", key: "named", body: "x", headers: { "x-oss-storage-class": "IA" } });
    await inBucket({
      method: "POST",
      key: "appended",
      query: [
        ["append", ""],
        ["position", "0"],
      ],
      body: "x",
    });
    await inBucket({ method: "POST", key: "uploaded", query: [["uploads", ""]] });

    const objects = await inBucket({});
    const uploads = await inBucket({ query: [["uploads", ""]] });

    assert.deepEqual(objects.elements("Key"), ["appended", "named", "put"]);
    assert.deepEqual(objects.elements("StorageClass"), ["ColdArchive", "IA", "ColdArchive"]);
    assert.deepEqual(uploads.elements("StorageClass"), ["ColdArchive"]);
  });

  it("is changed by a copy onto itself, which keeps the rest", async () => {
    await put("converted", "Standard", { "x-oss-meta-a": "b", "x-oss-tagging": "c=d" });

    const response = await copy("converted", "converted", { "x-oss-storage-class": "IA" });
    const { headers } = await head("converted");

    assert.equal(response.status, 200, response.text);
    assert.equal(headers["x-oss-storage-class"], "IA");
    assert.equal(headers["x-oss-meta-a"], "b");
    assert.equal(headers["x-oss-tagging-count"], "1");
  });

  it("stays when a copy onto itself gives new headers only", async () => {
    await put("kept", "IA");

    await copy("kept", "kept", { "x-oss-metadata-directive": "REPLACE", "x-oss-meta-a": "b" });

    assert.equal((await head("kept")).headers["x-oss-storage-class"], "IA");
  });

  it("of a copy with new headers is its bucket's", async () => {
    await put("source", "IA");

    await copy("source", "with-headers", { "x-oss-metadata-directive": "REPLACE" });
    await copy("source", "as-it-was");

    assert.equal((await head("with-headers")).headers["x-oss-storage-class"], "Standard");
    assert.equal((await head("as-it-was")).headers["x-oss-storage-class"], "IA");
  });
});

for (const storageClass of ["Archive", "ColdArchive", "DeepColdArchive"]) {
  describe(`an object of the class ${storageClass}`, () => {
    it("is described, but not read or copied before it is restored", async () => {
      await put("frozen", storageClass);
      const uploadId = await openUpload("parts");

      const read = await send({ key: "frozen" });
      const copied = await copy("frozen", "copy");
      const part = await send({
        method: "PUT",
        key: "parts",
        query: [
          ["partNumber", "1"],
          ["uploadId", uploadId],
        ],
        headers: { "x-oss-copy-source": `/${testBucket}/frozen` },
      });
      const described = await head("frozen");

      for (const response of [read, copied, part]) {
        assert.equal(codeOf(response), "403 InvalidObjectState");
      }
      assert.equal(described.status, 200);
      assert.equal(described.headers["x-oss-storage-class"], storageClass);
      assert.equal(described.headers["x-oss-restore"], undefined);
    });

    it("is read for a day after it was restored, then no more", async () => {
      await put("restored", storageClass);

      const restored = await restore("restored");
      const read = await send({ key: "restored" });
      const copied = await copy("restored", "copy");
      nowMs += DAY_MS + 1;
      const late = await send({ key: "restored" });

      assert.equal(restored.status, 202, restored.text);
      assert.equal(read.text, "cold");
      assert.equal(
        read.headers["x-oss-restore"],
        'ongoing-request="false", expiry-date="Mon, 02 Mar 2026 12:00:00 GMT"',
      );
      assert.equal(copied.status, 200, copied.text);
      assert.equal(codeOf(late), "403 InvalidObjectState");
      assert.equal((await head("restored")).headers["x-oss-restore"], undefined);
      assert.equal((await restore("restored")).status, 202);
    });
  });
}

describe("RestoreObject", () => {
  it("takes the days that the document says, and prolongs but never shortens them", async () => {
    await put("prolonged", "ColdArchive");

    const first = await restore("prolonged", restoreDocument(5, "Bulk"));
    const shorter = await restore("prolonged", restoreDocument(1));
    const afterShorter = await head("prolonged");
    nowMs += HOUR_MS;
    await restore("prolonged", restoreDocument(5));
    const afterLonger = await head("prolonged");

    assert.equal(`${first.status} ${shorter.status}`, "202 200");
    assert.equal(first.headers["x-oss-object-restore-priority"], "Bulk");
    assert.equal(shorter.headers["x-oss-object-restore-priority"], "Standard");
    assert.match(String(afterShorter.headers["x-oss-restore"]), /Fri, 06 Mar 2026 12:00:00 GMT/);
    assert.match(String(afterLonger.headers["x-oss-restore"]), /Fri, 06 Mar 2026 13:00:00 GMT/);
  });

  it("shows in every kind of listing until when, and nothing of objects that are not restored", async () => {
    const bucket = "restored-bucket";
    await send({ method: "PUT", bucket });
    const headers = { "x-oss-storage-class": "Archive" };
    for (const key of ["a-restored", "b-archived"]) {
      await send({ method: "PUT", bucket, key, body: "cold", headers });
    }
    await send({ method: "POST", bucket, key: "a-restored", query: [["restore", ""]] });
    const listings: readonly Query[] = [[], [["list-type", "2"]], [["versions", ""]]];
    const restoreInfos = async () => {
      const texts = [];
      for (const query of listings) {
        const { text } = await send({ bucket, query });
        texts.push([...text.matchAll(/<Key>([^<]*)|<RestoreInfo>([^<]*)/g)].map(([found]) => found));
      }
      return texts;
    };

    const shown = await restoreInfos();
    nowMs += DAY_MS + 1;
    const shownLater = await restoreInfos();

    const keys = ["<Key>a-restored", "<Key>b-archived"] as const;
    const info = '<RestoreInfo>ongoing-request="false", expiry-date="Mon, 02 Mar 2026 12:00:00 GMT"';
    assert.deepEqual(
      shown,
      listings.map(() => [keys[0], info, keys[1]]),
    );
    assert.deepEqual(
      shownLater,
      listings.map(() => keys),
    );
  });

  it("restores one object, not what is written in its place, nor its copies", async () => {
    await put("original", "Archive");
    await restore("original");
    await copy("original", "copy");
    await put("original", "Archive");

    assert.equal(codeOf(await send({ key: "copy" })), "403 InvalidObjectState");
    assert.equal(codeOf(await send({ key: "original" })), "403 InvalidObjectState");
  });

  it("is seen through a link, by which the object is not read either", async () => {
    await put("behind", "Archive");
    await send({
      method: "PUT",
      key: "link",
      query: [["symlink", ""]],
      headers: { "x-oss-symlink-target": "behind" },
    });

    const frozen = await send({ key: "link" });
    await restore("behind");

    assert.equal(codeOf(frozen), "403 InvalidObjectState");
    assert.equal((await send({ key: "link" })).text, "cold");
  });

  for (const storageClass of ["Standard", "IA"]) {
    it(`is not for an object of the class ${storageClass}`, async () => {
      await put("warm", storageClass);

      assert.equal(codeOf(await restore("warm")), "400 OperationNotSupported");
    });
  }

  it("refuses what is missing, too many days and a document that is none", async () => {
    await put("frozen", "Archive");
    await put("colder", "ColdArchive");

    assert.equal(codeOf(await restore("missing")), "404 NoSuchKey");
    assert.equal(codeOf(await restore("frozen", restoreDocument(8))), "400 InvalidArgument");
    assert.equal(codeOf(await restore("colder", restoreDocument(366))), "400 InvalidArgument");
    assert.equal(codeOf(await restore("frozen", "<Restore/>")), "400 MalformedXML");
    assert.equal(codeOf(await restore("frozen", restoreDocument(1, "Bulk"))), "400 MalformedXML");
    assert.equal(codeOf(await restore("colder", restoreDocument(1, "Soon"))), "400 InvalidArgument");
    assert.equal((await restore("frozen", restoreDocument(7))).status, 202);
    assert.equal((await restore("colder", restoreDocument(365))).status, 202);
  });
});

async function openUpload(key: string): Promise<string> {
  const response = await send({ method: "POST", key, query: [["uploads", ""]] });
  return response.element("UploadId") ?? "";
}

function restoreDocument(days: number, tier?: string): string {
  const parameters = tier === undefined ? "" : `<JobParameters><Tier>${tier}</Tier></JobParameters>`;
  return `<RestoreRequest><Days>${days}</Days>${parameters}</RestoreRequest>`;
}

function bucketDocument(storageClass: string): string {
  return `<CreateBucketConfiguration><StorageClass>${storageClass}</StorageClass></CreateBucketConfiguration>`;
}

function codeOf(response: TestResponse): string {
  return `${response.status} ${response.element("Code")}`;
}

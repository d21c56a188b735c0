// Sequential uploads: parts in order, and the MD5 of the whole. What the service does: OSS API, InitiateMultipartUpload;
// oss2's and the C++ SDK's tests of `sequential`.
import assert from "node:assert/strict";
import { it } from "node:test";
import { describeOverBothStores } from "./both-stores.ts";
import { md5Base64, partQuery, type TestResponse, type TestServer, testBucket } from "./test-server.ts";

const FIRST = Buffer.alloc(100 * 1024 + 7, "A");
const SECOND = Buffer.alloc(100 * 1024, "B");
const LAST = Buffer.from("CCC");
const MD5_OF_ALL = md5Base64(Buffer.concat([FIRST, SECOND, LAST]));

async function initiateSequential(service: TestServer, key: string): Promise<string> {
  const query = [
    ["sequential", ""],
    ["uploads", ""],
  ] as const;
  const response = await service.send({ method: "POST", key, query });
  assert.equal(response.status, 200, response.text);
  return response.element("UploadId") ?? "";
}

function putPart(service: TestServer, key: string, uploadId: string, partNumber: number, body: Uint8Array) {
  return service.send({ method: "PUT", key, query: partQuery(uploadId, String(partNumber)), body });
}

function etagOf({ headers }: TestResponse): string {
  return (headers.etag ?? "").replaceAll('"', "");
}

/** Sends the parts 1, 2 … and gives what a completion of them all names. */
async function putParts(
  service: TestServer,
  key: string,
  uploadId: string,
  bodies: readonly Uint8Array[],
): Promise<readonly (readonly [number, string])[]> {
  const named: (readonly [number, string])[] = [];
  for (const [index, body] of bodies.entries()) {
    const response = await putPart(service, key, uploadId, index + 1, body);
    assert.equal(response.status, 200, response.text);
    named.push([index + 1, etagOf(response)]);
  }
  return named;
}

function codeOf(response: TestResponse): string {
  return `${response.status} ${response.element("Code")}`;
}

async function contentMd5Of(service: TestServer, key: string): Promise<readonly (string | undefined)[]> {
  const got = await service.send({ key });
  const head = await service.send({ method: "HEAD", key });
  assert.equal(got.status, 200);
  return [got, head].map(({ headers }) => headers["content-md5"] as string | undefined);
}

describeOverBothStores("a sequential upload", (service) => {
  it("gives its object a Content-MD5, which an ordinary one has not", async () => {
    const uploadId = await initiateSequential(service(), "whole");
    const named = await putParts(service(), "whole", uploadId, [FIRST, SECOND, LAST]);

    const completed = await service().complete("whole", uploadId, named);

    assert.equal(completed.status, 200, completed.text);
    assert.equal(completed.headers["content-md5"], MD5_OF_ALL);
    assert.deepEqual(await contentMd5Of(service(), "whole"), [MD5_OF_ALL, MD5_OF_ALL]);
    const ordinaryId = await service().initiate("ordinary");
    const ordinary = await putParts(service(), "ordinary", ordinaryId, [FIRST, SECOND, LAST]);
    await service().complete("ordinary", ordinaryId, ordinary);
    assert.deepEqual(await contentMd5Of(service(), "ordinary"), [undefined, undefined]);
  });

  it("gives it too when it is completed without a list of parts", async () => {
    const uploadId = await initiateSequential(service(), "all");
    await putParts(service(), "all", uploadId, [FIRST, SECOND, LAST]);

    await service().send({
      method: "POST",
      key: "all",
      query: [["uploadId", uploadId]],
      headers: { "x-oss-complete-all": "yes" },
    });

    assert.deepEqual(await contentMd5Of(service(), "all"), [MD5_OF_ALL, MD5_OF_ALL]);
  });

  it("refuses a part that is not the next one, and takes the next one then", async () => {
    const uploadId = await initiateSequential(service(), "order");

    const secondFirst = await putPart(service(), "order", uploadId, 2, SECOND);
    await putPart(service(), "order", uploadId, 1, FIRST);
    const third = await putPart(service(), "order", uploadId, 3, LAST);
    const second = await putPart(service(), "order", uploadId, 2, SECOND);

    assert.equal(codeOf(secondFirst), "400 PartNotSequential");
    assert.equal(secondFirst.element("UploadId"), uploadId);
    assert.equal(codeOf(third), "400 PartNotSequential");
    assert.equal(second.status, 200);
    const listed = await service().send({ key: "order", query: [["uploadId", uploadId]] });
    assert.deepEqual(listed.elements("PartNumber"), ["1", "2"]);
  });

  it("takes the last part again, whose bytes count then, but none before it", async () => {
    const uploadId = await initiateSequential(service(), "again");
    await putParts(service(), "again", uploadId, [FIRST, Buffer.from("a mistake")]);

    const first = await putPart(service(), "again", uploadId, 1, FIRST);
    const second = await putPart(service(), "again", uploadId, 2, LAST);
    const completed = await service().send({
      method: "POST",
      key: "again",
      query: [["uploadId", uploadId]],
      headers: { "x-oss-complete-all": "yes" },
    });

    assert.equal(codeOf(first), "400 PartNotSequential");
    assert.equal(second.status, 200, second.text);
    assert.equal(completed.headers["content-md5"], md5Base64(Buffer.concat([FIRST, LAST])));
  });

  it("gives the MD5 of the bytes that it has, whichever of two last parts sent at once came last", async () => {
    const uploadId = await initiateSequential(service(), "race");
    await putParts(service(), "race", uploadId, [FIRST]);
    const bodies = [SECOND, LAST];

    const responses = await Promise.all(bodies.map((body) => putPart(service(), "race", uploadId, 2, body)));
    await service().send({
      method: "POST",
      key: "race",
      query: [["uploadId", uploadId]],
      headers: { "x-oss-complete-all": "yes" },
    });

    assert.deepEqual(
      responses.map(({ status }) => status),
      [200, 200],
    );
    const got = await service().send({ key: "race" });
    assert.equal(got.headers["content-md5"], md5Base64(got.body));
  });

  it("takes parts from objects as it takes those that are sent", async () => {
    await service().send({ method: "PUT", key: "source", body: Buffer.concat([FIRST, SECOND]) });
    const uploadId = await initiateSequential(service(), "copied");
    const copy = (partNumber: string, range: string) =>
      service().send({
        method: "PUT",
        key: "copied",
        query: partQuery(uploadId, partNumber),
        headers: { "x-oss-copy-source": `/${testBucket}/source`, "x-oss-copy-source-range": range },
      });

    const tooEarly = await copy("2", `bytes=${FIRST.length}-`);
    const first = await copy("1", `bytes=0-${FIRST.length - 1}`);
    const second = await copy("2", `bytes=${FIRST.length}-`);
    const third = await putPart(service(), "copied", uploadId, 3, LAST);
    await service().complete("copied", uploadId, [
      [1, etagOf(first)],
      [2, etagOf(second)],
      [3, etagOf(third)],
    ]);

    assert.equal(codeOf(tooEarly), "400 PartNotSequential");
    assert.deepEqual(await contentMd5Of(service(), "copied"), [MD5_OF_ALL, MD5_OF_ALL]);
  });

  it("gives the MD5 of what its completion names, when that has no gap", async () => {
    const uploadId = await initiateSequential(service(), "less");
    const named = await putParts(service(), "less", uploadId, [FIRST, SECOND, LAST]);

    await service().complete("less", uploadId, named.slice(0, 2));

    const md5 = md5Base64(Buffer.concat([FIRST, SECOND]));
    assert.deepEqual(await contentMd5Of(service(), "less"), [md5, md5]);
  });

  it("gives no MD5 when its completion leaves a part out", async () => {
    const uploadId = await initiateSequential(service(), "gap");
    const named = await putParts(service(), "gap", uploadId, [FIRST, SECOND, LAST]);

    const completed = await service().complete(
      "gap",
      uploadId,
      named.filter(([partNumber]) => partNumber !== 2),
    );

    assert.equal(completed.status, 200);
    assert.deepEqual(await contentMd5Of(service(), "gap"), [undefined, undefined]);
  });

  it("goes without an MD5 where another version of the server left a digest that this one cannot read", async () => {
    const uploadId = await initiateSequential(service(), "foreign");
    const upload = { bucket: testBucket, key: "foreign", uploadId };
    const first = await putParts(service(), "foreign", uploadId, [FIRST]);
    const page = await service().store.metadata.listParts(upload, { afterPartNumber: 0, limit: 1 });
    const { blobs, metadata } = service().store;
    const writer = await blobs.create();
    await writer.write(FIRST);
    await writer.commit();
    const [record] = page.parts;
    assert.ok(record?.digestState);
    await metadata.putPart(upload, { ...record, blobId: writer.id, digestState: "AAAA" });

    const second = await putPart(service(), "foreign", uploadId, 2, LAST);
    const completed = await service().complete("foreign", uploadId, [...first, [2, etagOf(second)]]);

    assert.equal(second.status, 200, second.text);
    assert.equal(completed.status, 200, completed.text);
    assert.deepEqual(await contentMd5Of(service(), "foreign"), [undefined, undefined]);
  });

  it("is one by its initiation alone: the mark on a part or a completion means nothing", async () => {
    const uploadId = await service().initiate("marked");

    const part = await service().send({
      method: "PUT",
      key: "marked",
      query: [...partQuery(uploadId, "5"), ["sequential", ""]],
      body: LAST,
    });
    const completed = await service().send({
      method: "POST",
      key: "marked",
      query: [
        ["sequential", ""],
        ["uploadId", uploadId],
      ],
      body: `<CompleteMultipartUpload><Part><PartNumber>5</PartNumber><ETag>${part.headers.etag}</ETag></Part></CompleteMultipartUpload>`,
    });

    assert.equal(part.status, 200, part.text);
    assert.equal(completed.status, 200, completed.text);
    assert.deepEqual(await contentMd5Of(service(), "marked"), [undefined, undefined]);
  });
});

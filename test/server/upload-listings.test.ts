// ListParts and ListMultipartUploads: pages, markers and encodings.
// Sources: OSS API, ListParts and ListMultipartUploads; the tests of oss2 and ali-oss.
import assert from "node:assert/strict";
import { it } from "node:test";
import { assertError } from "./assert-error.ts";
import { describeOverBothStores } from "./both-stores.ts";
import type { TestResponse, TestServer } from "./test-server.ts";

type Parameters = Readonly<Record<string, string>>;

function listParts(service: TestServer, key: string, uploadId: string, parameters: Parameters) {
  return service.send({ key, query: [["uploadId", uploadId], ...Object.entries(parameters)] });
}

function listUploads(service: TestServer, parameters: Parameters): Promise<TestResponse> {
  return service.send({ query: [["uploads", ""], ...Object.entries(parameters)] });
}

/** The texts of elements that must all be there, so that a missing one is no empty one. */
function elementsOf(response: TestResponse, names: readonly string[]): readonly (string | undefined)[] {
  return names.map((name) => response.element(name));
}

/** The keys of an answer, without the one of its head. */
function uploadKeysOf(response: TestResponse): readonly string[] {
  return response.elements("Key");
}

describeOverBothStores("a page of parts", (service) => {
  async function uploadWithParts(key: string, partNumbers: readonly number[]): Promise<string> {
    const uploadId = await service().initiate(key);
    for (const partNumber of partNumbers) {
      await service().putPart(key, uploadId, partNumber, "x");
    }
    return uploadId;
  }

  it("has every element, also where there is no part", async () => {
    const uploadId = await uploadWithParts("none", []);

    const response = await listParts(service(), "none", uploadId, {});

    assert.equal(
      response.text,
      `<?xml version="1.0" encoding="UTF-8"?>\n<ListPartsResult><Bucket>test-bucket</Bucket><Key>none</Key><UploadId>${uploadId}</UploadId><StorageClass>Standard</StorageClass><PartNumberMarker>0</PartNumberMarker><NextPartNumberMarker>0</NextPartNumberMarker><MaxParts>1000</MaxParts><IsTruncated>false</IsTruncated></ListPartsResult>`,
    );
  });

  it("begins behind its marker, which oss2 sends empty or as 0 for none", async () => {
    const uploadId = await uploadWithParts("markers", [1, 2, 5]);
    const numbersBehind = async (marker: string) => {
      const response = await listParts(service(), "markers", uploadId, { "part-number-marker": marker });
      return [...response.elements("PartNumber"), response.element("NextPartNumberMarker")];
    };

    assert.deepEqual(await numbersBehind(""), ["1", "2", "5", "5"]);
    assert.deepEqual(await numbersBehind("0"), ["1", "2", "5", "5"]);
    assert.deepEqual(await numbersBehind("1"), ["2", "5", "5"]);
    assert.deepEqual(await numbersBehind("3"), ["5", "5"]);
    assert.deepEqual(await numbersBehind("5"), ["0"]);
    assert.deepEqual(await numbersBehind("10001"), ["0"]);
  });

  it("is full without being truncated when it ends with the last part", async () => {
    const uploadId = await uploadWithParts("full", [1, 2]);

    const response = await listParts(service(), "full", uploadId, { "max-parts": "2" });

    assert.deepEqual(elementsOf(response, ["IsTruncated", "NextPartNumberMarker"]), ["false", "2"]);
  });

  it("encodes the key when asked to, and tells the storage class of the upload", async () => {
    const key = "a b+c/中";
    const initiated = await service().send({
      method: "POST",
      key,
      query: [["uploads", ""]],
      headers: { "x-oss-storage-class": "IA" },
    });
    const uploadId = initiated.element("UploadId") ?? "";

    const response = await listParts(service(), key, uploadId, { "encoding-type": "url" });

    assert.match(response.text, /<ListPartsResult><EncodingType>url<\/EncodingType><Bucket>/);
    assert.deepEqual(elementsOf(response, ["Key", "StorageClass"]), ["a%20b%2Bc%2F%E4%B8%AD", "IA"]);
  });

  for (const marker of ["x", "-1", "1.5", " 1"]) {
    it(`is refused behind ${JSON.stringify(marker)}`, async () => {
      const uploadId = await uploadWithParts("refused", []);

      const response = await listParts(service(), "refused", uploadId, { "part-number-marker": marker });

      assertError(response, "400 InvalidArgument", {
        ArgumentName: "part-number-marker",
        ArgumentValue: marker,
      });
    });
  }
});

describeOverBothStores("a page of uploads", (service) => {
  it("has every element, also where there is no upload: oss2 raises when a next marker is missing", async () => {
    const response = await listUploads(service(), { prefix: "nothing/" });

    assert.equal(
      response.text,
      `<?xml version="1.0" encoding="UTF-8"?>\n<ListMultipartUploadsResult><Bucket>test-bucket</Bucket><KeyMarker></KeyMarker><UploadIdMarker></UploadIdMarker><NextKeyMarker></NextKeyMarker><NextUploadIdMarker></NextUploadIdMarker><Delimiter></Delimiter><Prefix>nothing/</Prefix><MaxUploads>1000</MaxUploads><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>`,
    );
  });

  it("begins behind a key, behind an upload of a key, and behind no upload without its key", async () => {
    const keys = ["m/a", "m/b", "m/b", "m/c"];
    const ids: string[] = [];
    for (const key of keys) {
      ids.push(await service().initiate(key));
    }
    const [a = "", b1 = "", b2 = "", c = ""] = ids;
    const [b = "", bb = ""] = [b1, b2].sort();
    const idsBehind = async (parameters: Parameters) =>
      (await listUploads(service(), { prefix: "m/", ...parameters })).elements("UploadId");

    assert.deepEqual(await idsBehind({}), [a, b, bb, c]);
    assert.deepEqual(await idsBehind({ "key-marker": "", "upload-id-marker": "" }), [a, b, bb, c]);
    assert.deepEqual(await idsBehind({ "key-marker": "m/a" }), [b, bb, c]);
    assert.deepEqual(await idsBehind({ "key-marker": "m/b" }), [c]);
    assert.deepEqual(await idsBehind({ "key-marker": "m/b", "upload-id-marker": "" }), [c]);
    assert.deepEqual(await idsBehind({ "key-marker": "m/b", "upload-id-marker": b }), [bb, c]);
    assert.deepEqual(await idsBehind({ "key-marker": "m/b", "upload-id-marker": bb }), [c]);
    assert.deepEqual(await idsBehind({ "key-marker": "m/aa", "upload-id-marker": bb }), [b, bb, c]);
    // ali-oss's tests: without a key marker it means nothing.
    assert.deepEqual(await idsBehind({ "upload-id-marker": bb }), [a, b, bb, c]);
    assert.deepEqual(await idsBehind({ "key-marker": "", "upload-id-marker": bb }), [a, b, bb, c]);
    assert.deepEqual(await idsBehind({ "key-marker": "m/d" }), []);
  });

  it("names its last upload as the next markers, truncated or not", async () => {
    const ids = [await service().initiate("next/a"), await service().initiate("next/b")];

    const first = await listUploads(service(), { prefix: "next/", "max-uploads": "1" });
    const all = await listUploads(service(), { prefix: "next/" });

    const names = ["IsTruncated", "NextKeyMarker", "NextUploadIdMarker"];
    assert.deepEqual(elementsOf(first, names), ["true", "next/a", ids[0]]);
    assert.deepEqual(elementsOf(all, names), ["false", "next/b", ids[1]]);
  });

  it("sums up what goes on behind a delimiter, and pages through it", async () => {
    await Promise.all(["d/a/1", "d/a/2", "d/b", "d/c/1"].map((key) => service().initiate(key)));
    const page = (keyMarker: string) =>
      listUploads(service(), { prefix: "d/", delimiter: "/", "max-uploads": "2", "key-marker": keyMarker });

    const first = await page("");
    const second = await page(first.element("NextKeyMarker") ?? "");

    assert.deepEqual(uploadKeysOf(first), ["d/b"]);
    assert.deepEqual(first.elements("Prefix"), ["d/", "d/a/"]);
    assert.equal(first.element("IsTruncated"), "true");
    assert.deepEqual(uploadKeysOf(second), []);
    assert.deepEqual(second.elements("Prefix"), ["d/", "d/c/"]);
    assert.equal(second.element("IsTruncated"), "false");
  });

  it("encodes delimiter, prefixes, keys and markers when asked to, but no upload id", async () => {
    const uploadId = await service().initiate("e +/\u0001中");

    const response = await listUploads(service(), {
      prefix: "e +",
      delimiter: "中",
      "key-marker": "e +",
      "upload-id-marker": "a b",
      "encoding-type": "url",
    });
    const plain = await listUploads(service(), { prefix: "e +/", "encoding-type": "url" });

    assert.match(response.text, /<ListMultipartUploadsResult><EncodingType>url<\/EncodingType><Bucket>/);
    assert.deepEqual(elementsOf(response, ["KeyMarker", "UploadIdMarker", "NextKeyMarker", "Delimiter"]), [
      "e%20%2B",
      "a b",
      "e%20%2B%2F%01%E4%B8%AD",
      "%E4%B8%AD",
    ]);
    assert.deepEqual(response.elements("Prefix"), ["e%20%2B", "e%20%2B%2F%01%E4%B8%AD"]);
    assert.deepEqual(uploadKeysOf(plain), ["e%20%2B%2F%01%E4%B8%AD"]);
    assert.deepEqual(plain.elements("UploadId"), [uploadId]);
  });

  it("tells storage class and time of an upload", async () => {
    await service().send({
      method: "POST",
      key: "told",
      query: [["uploads", ""]],
      headers: { "x-oss-storage-class": "Archive" },
    });

    const response = await listUploads(service(), { prefix: "told" });

    assert.equal(response.element("StorageClass"), "Archive");
    assert.match(response.element("Initiated") ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
  });

  it("refuses an encoding that is none", async () => {
    assertError(await listUploads(service(), { "encoding-type": "base64" }), "400 InvalidArgument", {
      ArgumentName: "encoding-type",
      ArgumentValue: "base64",
    });
  });

  it("keeps its bucket from being deleted while there is one", async () => {
    await service().send({ method: "PUT", bucket: "with-upload" });
    const initiated = await service().send({
      method: "POST",
      bucket: "with-upload",
      key: "k",
      query: [["uploads", ""]],
    });
    const remove = { method: "DELETE", bucket: "with-upload" } as const;

    const refused = await service().send(remove);
    await service().send({ ...remove, key: "k", query: [["uploadId", initiated.element("UploadId") ?? ""]] });

    assertError(refused, "409 BucketNotEmpty", { BucketName: "with-upload" });
    assert.equal((await service().send(remove)).status, 204);
  });
});

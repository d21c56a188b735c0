// The oddities of the multipart calls, one by one: what clients send beside the point, and what each refusal says.
// Sources: the OSS documentation of each call, the EC pages, and the tests of the official SDKs.
import assert from "node:assert/strict";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { it } from "node:test";
import { assertError } from "./assert-error.ts";
import { describeOverBothStores } from "./both-stores.ts";
import {
  md5Base64,
  partQuery,
  type TestRequest,
  type TestResponse,
  type TestServer,
  testBucket,
} from "./test-server.ts";

function initiate(
  service: TestServer,
  key: string,
  request: Partial<TestRequest> = {},
): Promise<TestResponse> {
  return service.send({ method: "POST", key, query: [["uploads", ""]], ...request });
}

function complete(
  service: TestServer,
  key: string,
  uploadId: string,
  request: Partial<TestRequest>,
): Promise<TestResponse> {
  return service.send({ method: "POST", key, query: [["uploadId", uploadId]], ...request });
}

describeOverBothStores("InitiateMultipartUpload", (service) => {
  it("ignores a condition, and takes the MD5 of nothing, which the Go SDK v2 sends", async () => {
    const response = await initiate(service(), "k", {
      headers: {
        "if-modified-since": "Fri, 13 Nov 2099 14:47:53 GMT",
        "content-md5": "1B2M2Y8AsgTpgAmY7PhCfg==",
      },
    });

    assert.equal(response.status, 200, response.text);
  });

  it("opens several uploads of one key, of which one is completed and the others stay", async () => {
    const first = await service().initiate("several");
    const second = await service().initiate("several");
    await service().putPart("several", second, 1, "second");
    const etag = await service().putPart("several", first, 1, "first");

    const completed = await service().complete("several", first, [[1, etag]]);

    assert.notEqual(first, second);
    assert.equal(completed.status, 200);
    const parts = await service().send({ key: "several", query: [["uploadId", second]] });
    assert.deepEqual(parts.elements("PartNumber"), ["1"]);
  });

  it("leaves an object of its key as it is, unless it is forbidden to overwrite that", async () => {
    await service().send({ method: "PUT", key: "there", body: "there" });

    const allowed = await initiate(service(), "there", { headers: { "x-oss-forbid-overwrite": "false" } });
    const refused = await initiate(service(), "there", { headers: { "x-oss-forbid-overwrite": "true" } });
    const absent = await initiate(service(), "absent", { headers: { "x-oss-forbid-overwrite": "true" } });

    assert.equal(allowed.status, 200);
    assertError(refused, "409 FileAlreadyExists", {
      Message: "The object you specified already exists and can not be overwritten.",
    });
    assert.equal(refused.element("EC"), undefined, "what is published is the EC of the completion");
    assert.equal(absent.status, 200);
    assert.equal((await service().send({ key: "there" })).text, "there");
  });

  it("refuses a storage class, an encoding and a forbid-overwrite that are none, by name and value", async () => {
    for (const [name, request] of [
      ["x-oss-storage-class", { headers: { "x-oss-storage-class": "Cold" } }],
      ["x-oss-forbid-overwrite", { headers: { "x-oss-forbid-overwrite": "Cold" } }],
      [
        "encoding-type",
        {
          query: [
            ["encoding-type", "Cold"],
            ["uploads", ""],
          ],
        },
      ],
    ] as const) {
      assertError(await initiate(service(), "k", request), "400 InvalidArgument", {
        ArgumentName: name,
        ArgumentValue: "Cold",
      });
    }
  });

  it("refuses a bucket that is missing and a key that is none", async () => {
    assertError(await initiate(service(), "k", { bucket: "no-such-bucket" }), "404 NoSuchBucket", {
      BucketName: "no-such-bucket",
      EC: "0015-00000101",
    });
    assertError(await initiate(service(), "\\k"), "400 InvalidObjectName");
  });
});

describeOverBothStores("UploadPart", (service) => {
  it("ignores headers of the object, which ali-oss repeats on every part", async () => {
    await service().send({ method: "PUT", key: "ali", body: "there" });
    const uploadId = await service().initiate("ali");

    const response = await service().send({
      method: "PUT",
      key: "ali",
      query: partQuery(uploadId, "1"),
      headers: {
        "content-type": "text/plain",
        "x-oss-forbid-overwrite": "true",
        "x-oss-meta-part": "1",
        "x-oss-storage-class": "IA",
      },
      body: "part",
    });
    const completed = await complete(service(), "ali", uploadId, {
      headers: { "x-oss-complete-all": "yes" },
    });

    assert.equal(response.status, 200, response.text);
    assert.equal(completed.status, 200, completed.text);
    const { headers } = await service().send({ method: "HEAD", key: "ali" });
    assert.equal(headers["content-type"], "application/octet-stream");
    assert.equal(headers["x-oss-meta-part"], undefined);
    assert.equal(headers["x-oss-storage-class"], "Standard");
  });

  it("replaces the part of that number, whose old bytes nobody can name any more", async () => {
    const uploadId = await service().initiate("again");
    const old = await service().putPart("again", uploadId, 1, "old");

    const fresh = await service().putPart("again", uploadId, 1, "fresh");

    const parts = await service().send({ key: "again", query: [["uploadId", uploadId]] });
    assert.deepEqual(parts.elements("ETag"), [`"${fresh}"`]);
    assertError(await service().complete("again", uploadId, [[1, old]]), "400 InvalidPart", {
      PartNumber: "1",
    });
    assert.equal((await service().complete("again", uploadId, [[1, fresh]])).status, 200);
  });

  for (const body of ["", "in two chunks"]) {
    it(`takes a body in chunks, of no length known before, with ${body.length} bytes`, async () => {
      const uploadId = await service().initiate("chunked");

      const response = await sendInChunks(service(), "chunked", uploadId, body);

      assert.equal(response.statusCode, 200);
      const parts = await service().send({ key: "chunked", query: [["uploadId", uploadId]] });
      assert.equal(parts.element("Size"), String(body.length));
      assert.equal(response.headers["content-md5"], md5Base64(body));
    });
  }

  it("refuses encryption, which is the upload's, and so does UploadPartCopy", async () => {
    const uploadId = await service().initiate("encrypted");

    for (const headers of [{}, { "x-oss-copy-source": `/${testBucket}/k` }]) {
      const response = await service().send({
        method: "PUT",
        key: "encrypted",
        query: partQuery(uploadId, "1"),
        headers: { ...headers, "x-oss-server-side-encryption": "AES256" },
      });

      assertError(response, "400 InvalidArgument", {
        ArgumentName: "x-oss-server-side-encryption",
        ArgumentValue: "AES256",
      });
    }
  });
});

/** A part as oss2 sends generators and empty bodies: Transfer-Encoding: chunked. */
async function sendInChunks(
  service: TestServer,
  key: string,
  uploadId: string,
  body: string,
): Promise<IncomingMessage> {
  const signed = await service.sign({ method: "PUT", key, query: partQuery(uploadId, "1") });
  const { hostname, port } = service.endpoint;
  const path = `/${testBucket}/${key}?partNumber=1&uploadId=${uploadId}`;
  return new Promise((resolve, reject) => {
    const headers = { ...signed.headers, "transfer-encoding": "chunked" };
    const request = httpRequest(
      { hostname, port, method: "PUT", path, headers, agent: false },
      (response) => {
        response.resume().on("end", () => resolve(response));
      },
    );
    request.on("error", reject);
    const half = Math.floor(body.length / 2);
    for (const chunk of [body.slice(0, half), body.slice(half)].filter((text) => text !== "")) {
      request.write(chunk);
    }
    request.end();
  });
}

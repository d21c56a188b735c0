// Encryption at rest, where the operator vouches for it, and where nobody does.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startTestServer, type TestRequest, type TestServer, testBucket } from "./test-server.ts";

const HEADER = "x-oss-server-side-encryption";
const AES256 = { [HEADER]: "AES256" };

function rule(algorithm: string): string {
  return `<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>${algorithm}</SSEAlgorithm></ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>`;
}

const WRITES: readonly (readonly [what: string, request: TestRequest])[] = [
  ["PutObject", { method: "PUT", key: "k", body: "x" }],
  ["InitiateMultipartUpload", { method: "POST", key: "k", query: [["uploads", ""]] }],
  ["CopyObject", { method: "PUT", key: "k", headers: { "x-oss-copy-source": `/${testBucket}/source` } }],
  [
    "AppendObject",
    {
      method: "POST",
      key: "appended",
      query: [
        ["append", ""],
        ["position", "0"],
      ],
      body: "x",
    },
  ],
];

describe("encryption that the operator vouches for", () => {
  let service: TestServer;
  before(async () => {
    service = await startTestServer({ acceptEncryptionHeaders: true });
    await service.send({ method: "PUT", key: "source", body: "source" });
  });
  after(() => service[Symbol.asyncDispose]());
  const shown = async (key: string) => [
    (await service.send({ key })).headers[HEADER],
    (await service.send({ method: "HEAD", key })).headers[HEADER],
  ];

  for (const [what, request] of WRITES) {
    for (const algorithm of ["KMS", "SM4"]) {
      it(`is refused by ${what} with ${algorithm}, for there are no keys here`, async () => {
        const headers = { ...request.headers, [HEADER]: algorithm };

        const response = await service.send({ ...request, headers });

        assert.deepEqual(
          [response.status, response.element("Code"), response.element("Header")],
          [400, "NotImplemented", HEADER],
        );
      });
    }
    it(`is refused by ${what} with an algorithm that nobody knows`, async () => {
      const response = await service.send({ ...request, headers: { ...request.headers, [HEADER]: "aes" } });

      assert.deepEqual([response.status, response.element("Code")], [400, "InvalidEncryptionAlgorithmError"]);
    });
    it(`is accepted by ${what}`, async () => {
      const response = await service.send({ ...request, headers: { ...request.headers, ...AES256 } });

      assert.equal(response.status, 200, response.text);
    });
  }

  it("is told by PutObject, and with the object", async () => {
    const put = await service.send({ method: "PUT", key: "put", headers: AES256, body: "x" });

    assert.equal(put.headers[HEADER], "AES256");
    assert.deepEqual(await shown("put"), ["AES256", "AES256"]);
    assert.deepEqual(await shown("source"), [undefined, undefined]);
  });

  it("is told in each step of an upload, and with the object", async () => {
    const opened = await service.send({
      method: "POST",
      key: "up",
      query: [["uploads", ""]],
      headers: AES256,
    });
    const uploadId = opened.element("UploadId") ?? "";
    const part = await service.send({
      ...{ method: "PUT", key: "up", body: "x" },
      query: [
        ["partNumber", "1"],
        ["uploadId", uploadId],
      ],
    });
    const completed = await service.send({
      ...{ method: "POST", key: "up", query: [["uploadId", uploadId]] },
      headers: { "x-oss-complete-all": "yes" },
    });

    assert.deepEqual(
      [opened, part, completed].map(({ headers }) => headers[HEADER]),
      ["AES256", "AES256", "AES256"],
    );
    assert.deepEqual(await shown("up"), ["AES256", "AES256"]);
  });

  it("is not asked for with a part", async () => {
    const uploadId = await service.initiate("up");

    const response = await service.send({
      ...{ method: "PUT", key: "up", headers: AES256, body: "x" },
      query: [
        ["partNumber", "1"],
        ["uploadId", uploadId],
      ],
    });

    assert.deepEqual(["Code", "ArgumentName", "ArgumentValue"].map(response.element), [
      "InvalidArgument",
      HEADER,
      "AES256",
    ]);
  });

  it("is not taken over by a copy, which must ask itself", async () => {
    await service.send({ method: "PUT", key: "encrypted", headers: AES256, body: "x" });
    const source = { "x-oss-copy-source": `/${testBucket}/encrypted` };

    const plain = await service.send({ method: "PUT", key: "plain-copy", headers: source });
    const encrypted = await service.send({ method: "PUT", key: "copy", headers: { ...source, ...AES256 } });

    assert.deepEqual(
      [plain, encrypted].map(({ headers }) => headers[HEADER]),
      [undefined, "AES256"],
    );
    assert.deepEqual(await shown("plain-copy"), [undefined, undefined]);
    assert.deepEqual(await shown("copy"), ["AES256", "AES256"]);
  });

  it("is what a bucket gives to objects whose writer asks for nothing", async () => {
    const bucket = "encrypting";
    const setting = (request: TestRequest) =>
      service.send({ bucket, query: [["encryption", ""]], ...request });
    await service.send({ method: "PUT", bucket });
    await service.send({ method: "PUT", bucket, key: "before", body: "x" });

    assert.equal((await setting({ method: "PUT", body: rule("AES256") })).status, 200);
    const put = await service.send({ method: "PUT", bucket, key: "after", body: "x" });
    const opened = await service.send({ method: "POST", bucket, key: "up", query: [["uploads", ""]] });

    assert.equal((await setting({})).element("SSEAlgorithm"), "AES256");
    const info = await service.send({ bucket, query: [["bucketInfo", ""]] });
    assert.equal(info.element("SSEAlgorithm"), "AES256");
    assert.deepEqual(
      [put, opened].map(({ headers }) => headers[HEADER]),
      ["AES256", "AES256"],
    );
    assert.equal((await service.send({ bucket, key: "before" })).headers[HEADER], undefined);
    assert.equal((await setting({ method: "DELETE" })).status, 204);
    assert.equal((await setting({})).element("Code"), "NoSuchServerSideEncryptionRule");
    const later = await service.send({ method: "PUT", bucket, key: "later", body: "x" });
    assert.equal(later.headers[HEADER], undefined);
    assert.equal((await service.send({ bucket, key: "after" })).headers[HEADER], "AES256");
  });

  it("is what a bucket gives that was made with it", async () => {
    const bucket = "made-to-encrypt";

    const made = await service.send({ method: "PUT", bucket, headers: AES256 });
    const put = await service.send({ method: "PUT", bucket, key: "k", body: "x" });

    assert.equal(made.status, 200, made.text);
    assert.equal(put.headers[HEADER], "AES256");
    assert.equal(
      (await service.send({ bucket, query: [["bucketInfo", ""]] })).element("SSEAlgorithm"),
      "AES256",
    );
  });

  for (const [algorithm, code] of [
    ["KMS", "NotImplemented"],
    ["SM4", "NotImplemented"],
    ["aes", "InvalidEncryptionAlgorithmError"],
  ] as const) {
    it(`makes no bucket with ${algorithm}`, async () => {
      const bucket = "never-made";

      const refused = await service.send({ method: "PUT", bucket, headers: { [HEADER]: algorithm } });

      assert.equal(refused.element("Code"), code);
      assert.equal((await service.send({ bucket })).element("Code"), "NoSuchBucket");
    });
  }

  for (const algorithm of ["KMS", "SM4"]) {
    it(`is not what a bucket gives with ${algorithm}`, async () => {
      const refused = await service.send({
        ...{ method: "PUT", query: [["encryption", ""]], body: rule(algorithm) },
      });

      assert.equal(refused.element("Code"), "NotImplemented");
      assert.equal(
        (await service.send({ query: [["encryption", ""]] })).element("Code"),
        "NoSuchServerSideEncryptionRule",
      );
    });
  }
});

describe("encryption that nobody vouches for", () => {
  let service: TestServer;
  before(async () => {
    service = await startTestServer();
    await service.send({ method: "PUT", key: "source", body: "source" });
  });
  after(() => service[Symbol.asyncDispose]());

  for (const [what, request] of WRITES) {
    it(`is refused by ${what}, and nothing is stored`, async () => {
      const response = await service.send({ ...request, headers: { ...request.headers, ...AES256 } });

      assert.deepEqual(
        [response.status, response.element("Code"), response.element("Header")],
        [400, "NotImplemented", HEADER],
      );
      assert.equal((await service.send({ key: request.key ?? "" })).status, 404);
    });
  }

  it("makes no bucket that was to encrypt", async () => {
    const refused = await service.send({ method: "PUT", bucket: "never-made", headers: AES256 });

    assert.equal(refused.element("Code"), "NotImplemented");
    assert.equal((await service.send({ bucket: "never-made" })).element("Code"), "NoSuchBucket");
  });

  it("keeps out of a bucket that was told to encrypt when somebody did", async () => {
    await service.send({ method: "PUT", bucket: "told-before" });
    await service.store.metadata.updateBucket("told-before", {
      configurations: { encryption: '{"algorithm":"AES256"}' },
    });

    const response = await service.send({ method: "PUT", bucket: "told-before", key: "k", body: "x" });

    assert.equal(response.element("Code"), "NotImplemented");
    assert.equal((await service.send({ bucket: "told-before", key: "k" })).status, 404);
  });
});

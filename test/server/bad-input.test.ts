// What a careless or hostile client sends, and the answer that OSS gives. After each, nothing is lost.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, describe, it } from "node:test";
import {
  completionDocument,
  md5Base64,
  partQuery,
  startTestServer,
  type TestResponse,
  type TestServer,
  testBucket,
  testCredentials,
} from "./test-server.ts";

const FULL_PART = Buffer.alloc(100 * 1024, "a");

let service: TestServer;
before(async () => {
  service = await startTestServer({ limits: { bodyStallTimeoutMs: 300 } });
});
after(() => service[Symbol.asyncDispose]());

function assertError(response: TestResponse, status: number, code: string): void {
  assert.equal(`${response.status} ${response.element("Code")}`, `${status} ${code}`, response.text);
  assert.match(response.headers["x-oss-request-id"] as string, /^[0-9A-F]{24}$/);
  assert.equal(response.element("RequestId"), response.headers["x-oss-request-id"]);
  assert.equal(response.element("HostId"), "127.0.0.1");
}

describe("a request with wrong credentials", () => {
  it("is refused when nobody signed it", async () => {
    const response = await fetch(`${service.server.endpoint}/${testBucket}/k`);

    assert.equal(response.status, 403);
    assert.match(await response.text(), /<Code>AccessDenied<\/Code>/);
  });

  it("is refused when the access key is unknown", async () => {
    const credentials = { ...testCredentials, accessKeyId: "nobody" };

    const response = await service.send({ key: "k", credentials });

    assertError(response, 403, "InvalidAccessKeyId");
    assert.equal(response.element("OSSAccessKeyId"), "nobody");
  });

  it("is told that there is no such bucket, also when the access key is unknown", async () => {
    const credentials = { ...testCredentials, accessKeyId: "nobody" };

    const response = await service.send({ bucket: "no-such-bucket", key: "k", credentials });

    assertError(response, 404, "NoSuchBucket");
    assert.equal(response.element("BucketName"), "no-such-bucket");
  });

  it("makes no bucket when the access key is unknown", async () => {
    const credentials = { ...testCredentials, accessKeyId: "nobody" };

    const response = await service.send({ method: "PUT", bucket: "no-such-bucket", credentials });

    assertError(response, 403, "InvalidAccessKeyId");
  });

  it("is refused for what is about no bucket when the access key is unknown", async () => {
    const credentials = { ...testCredentials, accessKeyId: "nobody" };

    const response = await service.send({ bucket: "", credentials });

    assertError(response, 403, "InvalidAccessKeyId");
  });

  it("is refused when the secret is wrong, and the secret is not in the answer", async () => {
    const credentials = { ...testCredentials, accessKeySecret: "not-the-secret" };

    const response = await service.send({ key: "k", credentials });

    assertError(response, 403, "SignatureDoesNotMatch");
    assert.ok(response.element("StringToSign"));
    assert.ok(!response.text.includes(testCredentials.accessKeySecret));
  });

  it("is refused when the clock is 16 minutes off, and told the server's time", async () => {
    const time = new Date(Date.now() - 16 * 60 * 1000);

    const response = await service.send({ key: "k", time });

    assertError(response, 403, "RequestTimeTooSkewed");
    assert.equal(response.element("MaxAllowedSkewMilliseconds"), "900000");
    assert.match(response.element("ServerTime") ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
  });

  it("is refused when it is signed for another region", async () => {
    const response = await service.send({ key: "k", region: "cn-beijing" });

    assertError(response, 400, "InvalidArgument");
  });
});

describe("a request for what is not there", () => {
  it("answers NoSuchBucket with the bucket's name", async () => {
    const response = await service.send({ bucket: "no-such-bucket", key: "k" });

    assertError(response, 404, "NoSuchBucket");
    assert.equal(response.element("BucketName"), "no-such-bucket");
    assert.equal(response.element("EC"), "0015-00000101");
    assert.equal(response.headers["x-oss-ec"], "0015-00000101");
  });

  it("answers NoSuchKey with the key", async () => {
    const response = await service.send({ key: "no/such key" });

    assertError(response, 404, "NoSuchKey");
    assert.equal(response.element("Key"), "no/such key");
  });

  it("answers a HEAD with the error in a header, because it has no body", async () => {
    const response = await service.send({ method: "HEAD", key: "none" });

    assert.equal(response.status, 404);
    assert.equal(response.text, "");
    const document = Buffer.from(response.headers["x-oss-err"] as string, "base64").toString();
    assert.match(document, /<Code>NoSuchKey<\/Code>/);
  });

  for (const [what, request] of [
    ["UploadPart", { method: "PUT", query: partQuery("0".repeat(32), "1"), body: "x" }],
    ["ListParts", { method: "GET", query: [["uploadId", "0".repeat(32)]] }],
    ["AbortMultipartUpload", { method: "DELETE", query: [["uploadId", "0".repeat(32)]] }],
    [
      "CompleteMultipartUpload",
      {
        method: "POST",
        query: [["uploadId", "0".repeat(32)]],
        body: completionDocument([[1, "A".repeat(32)]]),
      },
    ],
  ] as const) {
    it(`answers ${what} of an unknown upload with NoSuchUpload and its id`, async () => {
      const response = await service.send({ key: "k", ...request });

      assertError(response, 404, "NoSuchUpload");
      assert.equal(response.element("UploadId"), "0".repeat(32));
    });
  }
});

describe("a part that cannot be", () => {
  for (const partNumber of ["0", "10001", "x", "-1", "1.5", ""]) {
    it(`is refused with the part number "${partNumber}"`, async () => {
      const uploadId = await service.initiate("numbers");

      const response = await service.send({
        method: "PUT",
        key: "numbers",
        query: partQuery(uploadId, partNumber),
        body: "x",
      });

      assertError(response, 400, "InvalidArgument");
      assert.equal(response.element("ArgumentName"), "PartNumber");
      assert.equal(response.element("ArgumentValue"), partNumber);
      assert.equal(response.element("EC"), "0017-00000220");
    });
  }

  it("is refused when its Content-MD5 is another body's, and the earlier part stays", async () => {
    const uploadId = await service.initiate("digest");
    const etag = await service.putPart("digest", uploadId, 1, "the first body");

    const response = await service.send({
      method: "PUT",
      key: "digest",
      query: partQuery(uploadId, "1"),
      headers: { "content-md5": md5Base64("another body") },
      body: "a body",
    });

    assertError(response, 400, "InvalidDigest");
    const parts = await service.send({ key: "digest", query: [["uploadId", uploadId]] });
    assert.equal(parts.element("ETag"), `"${etag}"`);
  });

  it("is refused when Content-MD5 is no MD5 at all", async () => {
    const uploadId = await service.initiate("digest");

    const response = await service.send({
      method: "PUT",
      key: "digest",
      query: partQuery(uploadId, "1"),
      headers: { "content-md5": "not-base64" },
      body: "a body",
    });

    assertError(response, 400, "InvalidDigest");
  });

  it("is refused when the client closes before its Content-Length is reached, and is not listed", async () => {
    const uploadId = await service.initiate("short");

    const answer = await sendShortBody("short", uploadId, { half: true });

    assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.match(answer, /<Code>IncompleteBody<\/Code>/);
    const parts = await service.send({ key: "short", query: [["uploadId", uploadId]] });
    assert.equal(parts.element("PartNumber"), undefined);
  });

  it("is refused when its body stalls, and is not listed", async () => {
    const uploadId = await service.initiate("stalled");

    const answer = await sendShortBody("stalled", uploadId, { half: false });

    assert.match(answer, /<Code>RequestTimeout<\/Code>/);
    const parts = await service.send({ key: "stalled", query: [["uploadId", uploadId]] });
    assert.equal(parts.element("PartNumber"), undefined);
  });

  it("is refused above 5 GiB by its Content-Length, before a byte of it is read", async () => {
    const uploadId = await service.initiate("huge");
    const sizeBytes = 5 * 1024 ** 3 + 1;

    const answer = await sendRaw("huge", uploadId, `content-length: ${sizeBytes}`, "x");

    assert.match(answer, /<Code>EntityTooLarge<\/Code>/);
  });
});

describe("a completion that cannot be", () => {
  it("is refused when a middle part has less than 100 KiB, and the upload stays open", async () => {
    const uploadId = await service.initiate("small");
    const etags = [
      await service.putPart("small", uploadId, 1, FULL_PART),
      await service.putPart("small", uploadId, 2, FULL_PART.subarray(1)),
      await service.putPart("small", uploadId, 3, "z"),
    ] as const;

    const response = await service.complete("small", uploadId, [
      [1, etags[0]],
      [2, etags[1]],
      [3, etags[2]],
    ]);

    assertError(response, 400, "EntityTooSmall");
    const retried = await service.complete("small", uploadId, [
      [1, etags[0]],
      [3, etags[2]],
    ]);
    assert.equal(retried.status, 200);
  });

  it("is refused when parts are out of order", async () => {
    const uploadId = await service.initiate("order");
    const first = await service.putPart("order", uploadId, 1, FULL_PART);
    const second = await service.putPart("order", uploadId, 2, FULL_PART);

    const response = await service.complete("order", uploadId, [
      [2, second],
      [1, first],
    ]);

    assertError(response, 400, "InvalidPartOrder");
  });

  it("is refused when an ETag is wrong, and says which part", async () => {
    const uploadId = await service.initiate("etag");
    await service.putPart("etag", uploadId, 7, FULL_PART);

    const response = await service.complete("etag", uploadId, [[7, "0".repeat(32)]]);

    assertError(response, 400, "InvalidPart");
    assert.equal(response.element("PartNumber"), "7");
    assert.equal(response.element("ETag"), "0".repeat(32));
    assert.equal(response.element("UploadId"), uploadId);
  });

  it("is refused when a part was never sent", async () => {
    const uploadId = await service.initiate("absent");

    const response = await service.complete("absent", uploadId, [[1, "0".repeat(32)]]);

    assertError(response, 400, "InvalidPart");
  });

  it("is refused the second time: the upload is gone", async () => {
    const uploadId = await service.initiate("twice");
    const etag = await service.putPart("twice", uploadId, 1, "x");
    await service.complete("twice", uploadId, [[1, etag]]);

    const response = await service.complete("twice", uploadId, [[1, etag]]);

    assertError(response, 404, "NoSuchUpload");
  });

  const bomb = `<!DOCTYPE lolz [<!ENTITY a "lol">${Array.from({ length: 20 }, (_, level) => `<!ENTITY a${level} "${"&a;".repeat(10)}">`).join("")}]><CompleteMultipartUpload>&a19;</CompleteMultipartUpload>`;
  for (const [what, body] of [
    ["unclosed XML", "<CompleteMultipartUpload><Part>"],
    ["no XML at all", "PartNumber=1"],
    ["an empty body", ""],
    ["another document", "<Delete></Delete>"],
    ["an XML bomb", bomb],
    ["bytes that are no UTF-8", Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0xfe, 0x3c, 0x2f, 0x61, 0x3e])],
    ["elements nested 100,000 deep", "<a>".repeat(100_000)],
    ["5 MiB of XML", `<CompleteMultipartUpload>${" ".repeat(5 * 1024 * 1024)}</CompleteMultipartUpload>`],
  ] as const) {
    it(`is refused as malformed when it carries ${what}`, async () => {
      const uploadId = await service.initiate("xml");

      const response = await service.send({
        method: "POST",
        key: "xml",
        query: [["uploadId", uploadId]],
        body,
      });

      assertError(response, 400, "MalformedXML");
    });
  }

  it("is refused when the document's Content-MD5 is wrong", async () => {
    const uploadId = await service.initiate("xml-md5");
    const etag = await service.putPart("xml-md5", uploadId, 1, "x");

    const response = await service.send({
      method: "POST",
      key: "xml-md5",
      query: [["uploadId", uploadId]],
      headers: { "content-md5": md5Base64("something else") },
      body: completionDocument([[1, etag]]),
    });

    assertError(response, 400, "InvalidDigest");
  });
});

describe("a request that is no HTTP as it should be", () => {
  it("is refused when a header has 1 MB, with the error as XML", async () => {
    const answer = await exchange(`GET / HTTP/1.1\r\nHost: h\r\nX-Big: ${"b".repeat(1024 * 1024)}\r\n\r\n`);

    assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.match(answer, /<Code>BadRequest<\/Code>/);
  });

  it("is refused when the first line is none", async () => {
    const answer = await exchange("\u0000\u0001 nonsense\r\n\r\n");

    assert.match(answer, /^HTTP\/1\.1 400 /);
  });

  it("is refused when a PUT says nothing about its body's length", async () => {
    const { headers } = await service.sign({ method: "PUT", key: "length" });
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);

    const answer = await exchange(
      `PUT /${testBucket}/length HTTP/1.1\r\n${lines.join("\r\n")}\r\nConnection: close\r\n\r\n`,
    );

    assert.match(answer, /^HTTP\/1\.1 411 /);
    assert.match(answer, /<Code>MissingContentLength<\/Code>/);
  });

  it("is refused for a method that OSS does not have", async () => {
    const response = await fetch(`${service.server.endpoint}/${testBucket}/k`, { method: "PATCH" });

    assert.ok(response.status === 403 || response.status === 405);
  });
});

describe("a key", () => {
  it("of 1,023 bytes is taken and of 1,024 refused", async () => {
    const longest = await service.send({ method: "PUT", key: "k".repeat(1023), body: "x" });
    const tooLong = await service.send({ method: "PUT", key: "k".repeat(1024), body: "x" });

    assert.equal(longest.status, 200);
    assertError(tooLong, 400, "InvalidObjectName");
  });

  for (const key of [
    "../../etc/passwd",
    "a/../../b",
    "..",
    "a/./b",
    "a//b",
    "a%2Fb",
    "100 % + blanks and 中文.txt",
    "quotes\"'<&>;?#",
    "emoji 😀",
  ]) {
    it(`of ${JSON.stringify(key)} names exactly one object, and is listed as it is`, async () => {
      const put = await service.send({ method: "PUT", key, body: `body of ${key}` });
      const got = await service.send({ key });
      const listed = await service.send({
        query: [
          ["prefix", key],
          ["encoding-type", "url"],
        ],
      });

      assert.equal(put.status, 200, put.text);
      assert.equal(got.text, `body of ${key}`);
      assert.equal(decodeURIComponent(listed.element("Key") ?? ""), key);
    });
  }

  it("with its slashes escaped is the same key", async () => {
    await service.send({ method: "PUT", key: "dir/sub/file", body: "x" });

    const response = await service.send({
      key: "dir/sub/file",
      rawTarget: `/${testBucket}/dir%2Fsub%2Ffile`,
    });

    assert.equal(response.status, 200);
  });

  it("that is no UTF-8 is refused", async () => {
    const response = await service.send({ key: "k", rawTarget: `/${testBucket}/%FF%FE` });

    assertError(response, 400, "InvalidObjectName");
  });
});

async function sendShortBody(
  key: string,
  uploadId: string,
  { half }: { readonly half: boolean },
): Promise<string> {
  const request = await partRequest(key, uploadId, "content-length: 1000");
  return exchange(`${request}only this`, { endsWriting: half });
}

async function sendRaw(key: string, uploadId: string, length: string, body: string): Promise<string> {
  return exchange(`${await partRequest(key, uploadId, length)}${body}`, { endsWriting: false });
}

async function partRequest(key: string, uploadId: string, length: string): Promise<string> {
  const { headers } = await service.sign({ method: "PUT", key, query: partQuery(uploadId, "1") });
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const target = `/${testBucket}/${key}?partNumber=1&uploadId=${uploadId}`;
  return `PUT ${target} HTTP/1.1\r\n${lines.join("\r\n")}\r\n${length}\r\n\r\n`;
}

/** Writes bytes to the server's socket and gives what came back until the first whole answer or the end. */
function exchange(bytes: string, { endsWriting = true } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: service.endpoint.port, host: "127.0.0.1", allowHalfOpen: true });
    let answer = "";
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => {
      answer += text;
      if (answer.includes("</Error>")) {
        socket.destroy();
        resolve(answer);
      }
    });
    socket.on("end", () => {
      socket.destroy();
      resolve(answer);
    });
    socket.on("error", (error) => (answer === "" ? reject(error) : resolve(answer)));
    socket.write(bytes);
    if (endsWriting) {
      socket.end();
    }
  });
}

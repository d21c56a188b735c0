// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates of callbacks are written so
// Callbacks over HTTP: the client's upload, the server's call, and what the client is told of it.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Headers } from "../../src/protocol/http-message.ts";
import { type ApplicationServer, startApplicationServer } from "./callback/application-server.ts";
import {
  completionDocument,
  startTestServer,
  type TestResponse,
  type TestServer,
  testBucket,
} from "./test-server.ts";

// The check values of MD5 and CRC-64/XZ over "123456789".
const DIGITS = "123456789";
const DIGITS_ETAG = "25F9E794323B453885F5181F1B624D0B";
const DIGITS_MD5 = "JfnnlDI7RTiF9RgfG2JNCw==";
const DIGITS_CRC64 = "11051210869376104954";

const ALL_FACTS =
  "b=${bucket}&o=${object}&e=${etag}&s=${size}&t=${mimeType}&c=${crc64}&m=${contentMd5}&ip=${clientIp}&id=${reqId}" +
  "&op=${operation}&v=${x:v}";

let application: ApplicationServer;
let service: TestServer;
before(async () => {
  application = await startApplicationServer((response) => response.end('{"taken":true}'));
  service = await startTestServer({ callbackHosts: [`127.0.0.1:${application.port}`] });
});
after(async () => {
  await service[Symbol.asyncDispose]();
  await application[Symbol.asyncDispose]();
});

function base64(document: unknown): string {
  return Buffer.from(JSON.stringify(document)).toString("base64");
}

function aCallback(fields: Record<string, unknown> = {}): string {
  const callbackUrl = `http://127.0.0.1:${application.port}/taken`;
  return base64({ callbackUrl, callbackBody: "o=${object}", ...fields });
}

function put(key: string, headers: Headers, query: readonly (readonly [string, string])[] = []) {
  return service.send({ method: "PUT", key, body: DIGITS, headers, query });
}

/** Completes a fresh upload of one part. */
async function complete(key: string, headers: Headers): Promise<TestResponse> {
  const uploadId = await service.initiate(key);
  const etag = await service.putPart(key, uploadId, 1, DIGITS);
  return service.send({
    method: "POST",
    key,
    query: [["uploadId", uploadId]],
    body: completionDocument([[1, etag]]),
    headers,
  });
}

function codeOf(response: TestResponse): string {
  return `${response.status} ${response.element("Code")}`;
}

describe("an upload with a callback", () => {
  it("may name it when it begins, as the Go SDK does, and nobody is called then", async () => {
    const callsBefore = application.received.length;

    const response = await service.send({
      method: "POST",
      key: "begun",
      query: [["uploads", ""]],
      headers: { "x-oss-callback": aCallback() },
    });

    assert.equal(response.status, 200, response.text);
    assert.equal(application.received.length, callsBefore);
  });

  it("tells the application server of an object that is put, and the client what that answered", async () => {
    const response = await put("dir/put", {
      "content-type": "text/plain",
      "x-oss-callback": aCallback({ callbackBody: ALL_FACTS }),
      "x-oss-callback-var": base64({ "x:v": "a&b" }),
    });

    assert.equal(response.status, 200, response.text);
    assert.equal(response.text, '{"taken":true}');
    assert.equal(response.headers["content-type"], "application/json");
    assert.equal(response.headers["content-length"], "14");
    assert.equal(response.headers.etag, `"${DIGITS_ETAG}"`);
    assert.equal(response.headers["x-oss-hash-crc64ecma"], DIGITS_CRC64);
    assert.equal(response.headers["content-md5"], DIGITS_MD5);
    const { path, headers, body } = application.received.at(-1) ?? assert.fail("nobody was called");
    assert.equal(path, "/taken");
    assert.equal(headers["x-oss-bucket"], testBucket);
    assert.deepEqual(Object.fromEntries(new URLSearchParams(body)), {
      b: testBucket,
      o: "dir/put",
      e: DIGITS_ETAG,
      s: "9",
      t: "text/plain",
      c: DIGITS_CRC64,
      m: DIGITS_MD5,
      ip: "127.0.0.1",
      id: response.headers["x-oss-request-id"],
      op: "PutObject",
      v: "a&b",
    });
  });

  it("tells it of an object that is completed, in JSON where the client wants that", async () => {
    const response = await complete("completed", {
      "x-oss-callback": aCallback({
        callbackBody: '{"object":${object},"size":${size},"operation":"${operation}","md5":${contentMd5}}',
        callbackBodyType: "application/json",
      }),
    });

    assert.equal(response.status, 200, response.text);
    assert.equal(response.text, '{"taken":true}');
    assert.equal(response.headers["content-type"], "application/json");
    assert.match(response.headers.etag ?? "", /^"[0-9A-F]{32}-1"$/);
    assert.equal(response.headers["x-oss-hash-crc64ecma"], DIGITS_CRC64);
    assert.deepEqual(JSON.parse(application.received.at(-1)?.body ?? ""), {
      object: "completed",
      size: 9,
      operation: "CompleteMultipartUpload",
      md5: "",
    });
  });

  it("takes it from the query of a signed URL", async () => {
    const response = await put("by-query", {}, [
      ["callback", aCallback({ callbackBody: "v=${x:v}" })],
      ["callback-var", base64({ "x:v": "1" })],
    ]);

    assert.equal(response.text, '{"taken":true}');
    assert.equal(application.received.at(-1)?.body, "v=1");
  });

  it("calls nobody when the upload fails", async () => {
    const callCount = application.received.length;

    const response = await put("by-query", {
      "content-md5": "AAAAAAAAAAAAAAAAAAAAAA==",
      "x-oss-callback": aCallback(),
    });

    assert.equal(codeOf(response), "400 InvalidDigest");
    assert.equal(application.received.length, callCount);
  });
});

describe("a callback that fails", () => {
  const unlisted = { callbackUrl: "http://47.88.1.1:9/;http://callback.example/" };

  it("leaves the object, and is answered with 203 and the error, as the SDKs' tests expect", async () => {
    const stored = await put("kept-put", { "x-oss-callback": aCallback(unlisted) });
    const completed = await complete("kept-completed", { "x-oss-callback": aCallback(unlisted) });

    for (const [response, key] of [
      [stored, "kept-put"],
      [completed, "kept-completed"],
    ] as const) {
      assert.equal(codeOf(response), "203 CallbackFailed");
      assert.equal(response.element("EC"), "0007-00000203");
      assert.equal(response.headers["content-type"], "application/xml");
      assert.equal(response.headers["x-oss-hash-crc64ecma"], DIGITS_CRC64);
      const got = await service.send({ key });
      assert.equal(got.text, DIGITS);
      assert.equal(response.headers.etag, got.headers.etag);
    }
  });

  it("is every one where the operator listed nobody", async () => {
    const callCount = application.received.length;
    await using closed = await startTestServer();

    const response = await closed.send({
      method: "PUT",
      key: "kept",
      body: DIGITS,
      headers: { "x-oss-callback": aCallback() },
    });

    assert.equal(codeOf(response), "203 CallbackFailed");
    assert.equal((await closed.send({ key: "kept" })).text, DIGITS);
    assert.equal(application.received.length, callCount);
  });

  it("is one whose server does not answer 200", async () => {
    await using refusing = await startApplicationServer((response) => response.writeHead(404).end("{}"));
    await using other = await startTestServer({ callbackHosts: [`127.0.0.1:${refusing.port}`] });

    const response = await other.send({
      method: "PUT",
      key: "kept",
      body: DIGITS,
      headers: { "x-oss-callback": aCallback({ callbackUrl: `http://127.0.0.1:${refusing.port}/` }) },
    });

    assert.equal(codeOf(response), "203 CallbackFailed");
    assert.equal(response.element("Message"), "Error status : 404.");
  });
});

describe("a callback that is malformed", () => {
  for (const [what, headers, ec] of [
    ["no Base64", { "x-oss-callback": "x123-*&" }, "0007-00000002"],
    ["an empty document", { "x-oss-callback": "e30=" }, "0007-00000011"],
    ["variables of no right name", { "x-oss-callback-var": base64({ "x:V": "1" }) }, undefined],
  ] as const) {
    it(`is refused before anything is stored: ${what}`, async () => {
      const stored = await put("never", headers);
      const completed = await complete("never", headers);

      for (const response of [stored, completed]) {
        assert.equal(codeOf(response), "400 InvalidArgument");
        assert.equal(response.element("EC"), ec);
      }
      assert.equal((await service.send({ key: "never" })).status, 404);
    });
  }

  it("is refused when it stands in a header and in the query", async () => {
    const callback = aCallback();

    const response = await put("never", { "x-oss-callback": callback }, [["callback", callback]]);

    assert.equal(codeOf(response), "400 InvalidArgument");
    assert.equal((await service.send({ key: "never" })).status, 404);
  });

  it("leaves the upload as it was, to be completed without it", async () => {
    const uploadId = await service.initiate("later");
    const etag = await service.putPart("later", uploadId, 1, DIGITS);

    const refused = await service.send({
      method: "POST",
      key: "later",
      query: [["uploadId", uploadId]],
      body: completionDocument([[1, etag]]),
      headers: { "x-oss-callback": "e30=" },
    });
    const completed = await service.complete("later", uploadId, [[1, etag]]);

    assert.equal(codeOf(refused), "400 InvalidArgument");
    assert.equal(completed.status, 200);
  });
});

describe("startServer()", () => {
  it("refuses a list of callback hosts with something else in it", async () => {
    await assert.rejects(startTestServer({ callbackHosts: ["http://app.example/"] }), RangeError);
  });
});

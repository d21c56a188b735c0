import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  decodeError,
  encodeError,
  errorDefinitions,
  type Method,
  oss,
  type ServiceError,
  serviceError,
} from "../../src/protocol/index.ts";

const REQUEST_ID = "566B6BEB0000000000000001";

function context(method: Method): { requestId: string; hostId: string; method: Method } {
  return { requestId: REQUEST_ID, hostId: "b.oss-cn-hangzhou.aliyuncs.com", method };
}

function anErrorOf(code: string): ServiceError {
  return serviceError(code, { ec: "0026-00000001", fields: { Key: "a&b <中>" } });
}

describe("encodeError()", () => {
  it("writes the document of OSS's page: fields behind HostId, EC and RecommendDoc last", () => {
    const error = serviceError("NoSuchKey", { fields: { Key: "a.txt" } });

    assert.deepEqual(encodeError(error, context("GET"), oss), {
      status: 404,
      headers: {
        "content-type": "application/xml",
        "x-oss-ec": "0026-00000001",
        "x-oss-request-id": REQUEST_ID,
      },
      text:
        '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code>' +
        `<Message>The specified key does not exist.</Message><RequestId>${REQUEST_ID}</RequestId>` +
        "<HostId>b.oss-cn-hangzhou.aliyuncs.com</HostId><Key>a.txt</Key><EC>0026-00000001</EC>" +
        "<RecommendDoc>https://api.aliyun.com/troubleshoot?q=0026-00000001</RecommendDoc></Error>",
    });
  });

  it("writes no RecommendDoc without an EC", () => {
    const { text, headers } = encodeError(serviceError("InvalidPart"), context("POST"), oss);

    assert.doesNotMatch(text ?? "", /EC|RecommendDoc/);
    assert.equal(headers["x-oss-ec"], undefined);
  });

  it("answers HEAD with the same document in a header", () => {
    const error = serviceError("NoSuchKey", { fields: { Key: "中.txt" } });
    const asGet = encodeError(error, context("GET"), oss);

    const asHead = encodeError(error, context("HEAD"), oss);

    assert.equal(asHead.text, undefined);
    assert.equal(Buffer.from(asHead.headers["x-oss-err"] ?? "", "base64").toString("utf8"), asGet.text);
  });

  it("answers HEAD with a header that clients take, however much the error quotes", () => {
    const quoted = "&中".repeat(20_000);
    const error = serviceError("SignatureDoesNotMatch", {
      fields: {
        OSSAccessKeyId: "id",
        SignatureProvided: "s",
        StringToSign: quoted,
        StringToSignBytes: quoted,
      },
    });

    const { headers } = encodeError(error, { ...context("HEAD"), hostId: "h".repeat(16_000) }, oss);

    const header = headers["x-oss-err"] ?? "";
    assert.ok(header.length <= 8192, `${header.length} bytes`);
    const decoded = decodeError({ status: 403, headers }, oss);
    assert.equal(decoded.code, "SignatureDoesNotMatch");
    assert.equal(decoded.requestId, REQUEST_ID);
    assert.equal(decoded.fields.OSSAccessKeyId, "id");
    assert.match(decoded.fields.StringToSign ?? "", /^(&中)+&?…$/);
  });

  it("sends the headers that only some errors have, as oss2 reads them of PositionNotEqualToLength", () => {
    const error = serviceError("PositionNotEqualToLength", {
      headers: { "x-oss-next-append-position": "7" },
    });

    for (const method of ["POST", "HEAD"] as const) {
      const { status, headers } = encodeError(error, context(method), oss);

      assert.equal(status, 409);
      assert.equal(headers["x-oss-next-append-position"], "7");
      assert.equal(headers["x-oss-ec"], "0026-00000016");
    }
  });

  it("answers 304 without a body", () => {
    const response = encodeError(serviceError("NotModified"), context("GET"), oss);

    assert.deepEqual(response, { status: 304, headers: { "x-oss-request-id": REQUEST_ID } });
  });

  it("tells in a 304's headers which object the client has, as caches need it", () => {
    const fields = { ETag: '"A1"', "Last-Modified": "Sun, 03 Dec 2023 12:12:12 GMT" };

    const { headers } = encodeError(serviceError("NotModified", { fields }), context("GET"), oss);

    assert.deepEqual(headers, {
      "x-oss-request-id": REQUEST_ID,
      etag: '"A1"',
      "last-modified": "Sun, 03 Dec 2023 12:12:12 GMT",
    });
  });
});

describe("every error of the table", () => {
  for (const { code, status } of errorDefinitions.values()) {
    for (const method of ["GET", "HEAD"] as const) {
      it(`${code} survives the answer to ${method}`, () => {
        const error = anErrorOf(code);

        const decoded = decodeError(encodeError(error, context(method), oss), oss);

        assert.equal(decoded.code, code);
        assert.equal(decoded.status, status);
        assert.equal(decoded.message, error.message);
        assert.equal(decoded.requestId, REQUEST_ID);
        // A 304 has no place for more.
        assert.deepEqual(decoded.fields, status === 304 ? {} : error.fields);
      });
    }
  }
});

describe("decodeError()", () => {
  it("keeps a code that the table does not have", () => {
    const text = "<Error><Code>Unheard</Code><Message>m</Message><RequestId>R</RequestId><EC>1</EC></Error>";

    const error = decodeError({ status: 418, headers: {}, text }, oss);

    assert.equal(error.code, "Unheard");
    assert.equal(error.status, 418);
    assert.equal(error.message, "m");
    assert.equal(error.requestId, "R");
    assert.equal(error.ec, "1");
  });

  for (const [status, code] of [
    [304, "NotModified"],
    [403, "AccessDenied"],
    [404, "NoSuchKey"],
    [412, "PreconditionFailed"],
    [500, "BadErrorResponse"],
    [401, "BadErrorResponse"],
  ] as const) {
    it(`makes ${code} of a bare ${status}`, () => {
      const error = decodeError({ status, headers: { "x-oss-request-id": "R" } }, oss);

      assert.equal(error.code, code);
      assert.equal(error.status, status);
      assert.equal(error.requestId, "R");
    });
  }

  for (const body of ["<html>Bad Gateway</html>", "not XML", "<Error/>", "<Error>", '{"error":1}']) {
    it(`quotes the body ${body}, which is no error of OSS`, () => {
      const error = decodeError({ status: 502, headers: {}, text: body }, oss);

      assert.equal(error.code, "BadErrorResponse");
      assert.equal(error.status, 502);
      assert.equal(error.retryable, true);
      assert.ok(error.message.includes(JSON.stringify(body)));
    });
  }

  it("quotes no more than 200 characters of a body", () => {
    const error = decodeError({ status: 502, headers: {}, text: "x".repeat(10_000) }, oss);

    assert.ok(error.message.includes("x".repeat(200)));
    assert.ok(!error.message.includes("x".repeat(201)));
  });

  it("falls back to the status when x-oss-err is broken", () => {
    const error = decodeError({ status: 404, headers: { "x-oss-err": "!" } }, oss);

    assert.equal(error.code, "NoSuchKey");
  });
});

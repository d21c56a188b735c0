import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { getObject, headObject, oss } from "../../../src/protocol/index.ts";
import { aRequest, serviceError } from "../request-builder.ts";

const METADATA = {
  sizeBytes: 1000,
  etag: "5D41402ABC4B2A76B9719D911017C592",
  lastModified: new Date("2023-12-03T12:12:12.345Z"),
  type: "Normal",
  crc64: 1n,
  contentMd5: "XUFAKrxLKna5cZ2REBfFkg==",
  objectHeaders: { contentType: "text/plain", userMetadata: { author: "me" } },
};

const METADATA_HEADERS = {
  "accept-ranges": "bytes",
  "content-type": "text/plain",
  "content-md5": "XUFAKrxLKna5cZ2REBfFkg==",
  etag: '"5D41402ABC4B2A76B9719D911017C592"',
  "last-modified": "Sun, 03 Dec 2023 12:12:12 GMT",
  "x-oss-hash-crc64ecma": "1",
  "x-oss-meta-author": "me",
  "x-oss-object-type": "Normal",
};

describe("getObject.encodeResponse()", () => {
  it("answers the whole object with 200 and no Content-Range", () => {
    assert.deepEqual(getObject.encodeResponse({ ...METADATA, contentLength: 1000 }, oss), {
      status: 200,
      headers: { ...METADATA_HEADERS, "content-length": "1000" },
    });
  });

  it("answers a range with 206, its own length and the whole object's CRC", () => {
    const contentRange = { start: 100, endExclusive: 200 };

    assert.deepEqual(getObject.encodeResponse({ ...METADATA, contentLength: 100, contentRange }, oss), {
      status: 206,
      headers: { ...METADATA_HEADERS, "content-length": "100", "content-range": "bytes 100-199/1000" },
    });
  });
});

describe("getObject.decodeRequest()", () => {
  it("reads other headers for the answer from the query", () => {
    const query = { "response-content-type": "text/html", "response-expires": "never" };

    assert.deepEqual(getObject.decodeRequest(aRequest({ query }), oss), {
      bucket: "examplebucket",
      key: "dir/a.txt",
      responseHeaders: { contentType: "text/html", expires: "never" },
    });
  });

  for (const value of ["text/html\r\nSet-Cookie: a=b", "a\nb", "a\u0000", "a\u007f"]) {
    it(`refuses ${JSON.stringify(value)} as a header for the answer`, () => {
      const query = { "response-content-type": value };

      assert.throws(
        () => getObject.decodeRequest(aRequest({ query }), oss),
        serviceError("InvalidArgument", {
          fields: { ArgumentName: "response-content-type", ArgumentValue: value },
        }),
      );
    });
  }

  it("reads an invalid Range as none, for OSS answers it with the whole object", () => {
    const input = getObject.decodeRequest(aRequest({ headers: { range: "bytes=5-1" } }), oss);

    assert.deepEqual(input, { bucket: "examplebucket", key: "dir/a.txt" });
  });
});

describe("headObject.encodeResponse()", () => {
  it("tells the size without a body", () => {
    assert.deepEqual(headObject.encodeResponse(METADATA, oss), {
      status: 200,
      headers: { ...METADATA_HEADERS, "content-length": "1000" },
    });
  });
});

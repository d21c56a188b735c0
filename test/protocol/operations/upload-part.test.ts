import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { oss, uploadPart } from "../../../src/protocol/index.ts";
import { aRequest, serviceError } from "../request-builder.ts";

function decodePartNumber(partNumber: string): number {
  const request = aRequest({ method: "PUT", query: { partNumber, uploadId: "A1" } });
  return uploadPart.decodeRequest(request, oss).partNumber;
}

describe("uploadPart.decodeRequest()", () => {
  for (const partNumber of [1, 10_000]) {
    it(`accepts part number ${partNumber}`, () => {
      assert.equal(decodePartNumber(String(partNumber)), partNumber);
    });
  }

  for (const text of ["0", "10001", "-1", "+1", "1e3", "0x1", "1.0", " 1", "", "99999999999999999999"]) {
    it(`refuses part number ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => decodePartNumber(text),
        serviceError("InvalidArgument", {
          ec: "0017-00000220",
          fields: { ArgumentName: "PartNumber", ArgumentValue: text },
        }),
      );
    });
  }

  it("refuses a checksum that nobody can read, for it would pass for one that was checked", () => {
    const headers = { "x-oss-hash-crc64ecma": "0x1" };
    const request = aRequest({ method: "PUT", query: { partNumber: "1", uploadId: "A1" }, headers });

    assert.throws(() => uploadPart.decodeRequest(request, oss), serviceError("InvalidArgument"));
  });
});

describe("uploadPart.encodeResponse()", () => {
  it("sends ETag, CRC and MD5 in headers, as the Go SDK's integration test demands", () => {
    const response = uploadPart.encodeResponse(
      {
        etag: "17FEA6E97583648E493E6D8BCD54C8F4",
        crc64: 9427277473487083924n,
        contentMd5: "F/6m6XWDZI5JPm2LzVTI9A==",
      },
      oss,
    );

    assert.deepEqual(response, {
      status: 200,
      headers: {
        etag: '"17FEA6E97583648E493E6D8BCD54C8F4"',
        "x-oss-hash-crc64ecma": "9427277473487083924",
        "content-md5": "F/6m6XWDZI5JPm2LzVTI9A==",
      },
    });
  });
});

describe("uploadPart.decodeResponse()", () => {
  it("refuses an answer without an ETag, as from a proxy", () => {
    assert.throws(
      () => uploadPart.decodeResponse({ status: 200, headers: {} }, oss),
      serviceError("BadResponse"),
    );
  });
});

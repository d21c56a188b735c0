import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { oss, putObject } from "../../../src/protocol/index.ts";
import { aRequest, serviceError } from "../request-builder.ts";

function decode(headers: Record<string, string>, key = "k"): unknown {
  return putObject.decodeRequest(
    aRequest({ method: "PUT", resource: { bucket: "examplebucket", key }, headers }),
    oss,
  );
}

describe("putObject.decodeRequest()", () => {
  it("accepts a key of 1,023 bytes and refuses one more", () => {
    const longest = "中".repeat(341);

    assert.deepEqual(decode({}, longest), { bucket: "examplebucket", key: longest });
    assert.throws(() => decode({}, `${longest}a`), serviceError("InvalidObjectName"));
  });

  for (const key of ["", "/a", "\\a", "\uD800"]) {
    it(`refuses the key ${JSON.stringify(key)}`, () => {
      assert.throws(
        () => decode({}, key),
        serviceError("InvalidObjectName", { fields: { ObjectName: key } }),
      );
    });
  }

  it("accepts 8 KiB of user metadata with its names and refuses one byte more", () => {
    const value = "v".repeat(8 * 1024 - "x-oss-meta-a".length);

    assert.deepEqual(decode({ "x-oss-meta-a": value }), {
      bucket: "examplebucket",
      key: "k",
      objectHeaders: { userMetadata: { a: value } },
    });
    assert.throws(() => decode({ "x-oss-meta-a": `${value}v` }), serviceError("InvalidArgument"));
  });

  // OSS has no conditional PUT.
  for (const name of ["If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"]) {
    it(`refuses ${name}`, () => {
      assert.throws(
        () => decode({ [name.toLowerCase()]: "*" }),
        serviceError("NotImplemented", { fields: { Header: name } }),
      );
    });
  }

  for (const crc64 of ["-1", "abc", "18446744073709551616"]) {
    it(`refuses the CRC ${crc64}`, () => {
      assert.throws(() => decode({ "x-oss-hash-crc64ecma": crc64 }), serviceError("InvalidArgument"));
    });
  }

  it("accepts the largest CRC", () => {
    assert.deepEqual(decode({ "x-oss-hash-crc64ecma": "18446744073709551615" }), {
      bucket: "examplebucket",
      key: "k",
      crc64: 18446744073709551615n,
    });
  });
});

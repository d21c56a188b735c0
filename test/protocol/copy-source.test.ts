import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decodeCopySource, encodeCopySource } from "../../src/protocol/fields/copy-source.ts";
import { oss } from "../../src/protocol/index.ts";
import { serviceError } from "./request-builder.ts";
import { copySource } from "./wire-arbitraries.ts";

describe("encodeCopySource()", () => {
  it("keeps the slashes of the key", () => {
    assert.deepEqual(encodeCopySource({ bucket: "srcb", key: "a b/c+中?" }, oss), {
      "x-oss-copy-source": "/srcb/a%20b/c%2B%E4%B8%AD%3F",
    });
  });
});

describe("decodeCopySource()", () => {
  it("undoes encodeCopySource()", () => {
    fc.assert(
      fc.property(copySource, (source) => {
        assert.deepEqual(decodeCopySource(encodeCopySource(source, oss), oss), source);
      }),
    );
  });

  for (const text of [
    "/srcb/a%20b/%2Bc",
    "srcb/a%20b/%2Bc",
    "/srcb/a%20b%2F%2Bc",
    "srcb%2Fa%20b%2F%2Bc",
    // As the Go SDK v1 writes it: a blank is a plus.
    "/srcb/a+b%2F%2Bc",
  ]) {
    it(`reads ${text}`, () => {
      assert.deepEqual(decodeCopySource({ "x-oss-copy-source": text }, oss), {
        bucket: "srcb",
        key: "a b/+c",
      });
    });
  }

  it("reads a version", () => {
    assert.deepEqual(decodeCopySource({ "x-oss-copy-source": "/srcb/k?versionId=CAEQ%3D" }, oss), {
      bucket: "srcb",
      key: "k",
      versionId: "CAEQ=",
    });
  });

  // oss2's tests send both and expect that they are refused.
  for (const versionId of ["", "NotExistVersionID"]) {
    it(`refuses the version "${versionId}", rather than copying the current one`, () => {
      assert.throws(
        () => decodeCopySource({ "x-oss-copy-source": `/srcb/k?versionId=${versionId}` }, oss),
        serviceError("InvalidArgument", { fields: { ArgumentName: "versionId", ArgumentValue: versionId } }),
      );
    });
  }
});

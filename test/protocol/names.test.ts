import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assertBucketName, assertObjectKey, isBucketName, isObjectKey } from "../../src/protocol/index.ts";
import { serviceError } from "./request-builder.ts";

describe("isBucketName()", () => {
  for (const name of ["abc", "a-b", "0-0", "a".repeat(63)]) {
    it(`accepts ${name}`, () => {
      assert.ok(isBucketName(name));
    });
  }

  for (const name of [
    "",
    "ab",
    "a".repeat(64),
    "-ab",
    "ab-",
    "aBc",
    "a_b",
    "a.b",
    "a b",
    "中中中",
    "abc\n",
  ]) {
    it(`refuses ${JSON.stringify(name)}`, () => {
      assert.ok(!isBucketName(name));
      assert.throws(
        () => assertBucketName(name),
        serviceError("InvalidBucketName", { fields: { BucketName: name } }),
      );
    });
  }
});

describe("isObjectKey()", () => {
  for (const key of [
    "a",
    " ",
    "a//b",
    "../a",
    "a/",
    "%2F",
    "+",
    "?uploads",
    "\u0001",
    "😀",
    "a".repeat(1023),
  ]) {
    it(`accepts ${JSON.stringify(key.slice(0, 20))}`, () => {
      assert.ok(isObjectKey(key));
    });
  }

  it("counts bytes of UTF-8, not characters", () => {
    assert.ok(isObjectKey("中".repeat(341)));
    assert.ok(!isObjectKey("中".repeat(342)));
  });

  for (const key of ["", "/a", "\\a", "a".repeat(1024), "\uD83D"]) {
    it(`refuses ${JSON.stringify(key.slice(0, 20))}`, () => {
      assert.ok(!isObjectKey(key));
      assert.throws(
        () => assertObjectKey(key),
        serviceError("InvalidObjectName", { fields: { ObjectName: key } }),
      );
    });
  }
});

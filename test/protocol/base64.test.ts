import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decodeBase64, encodeBase64 } from "../../src/protocol/index.ts";

describe("encodeBase64()", () => {
  it("writes what Node writes", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        assert.equal(encodeBase64(bytes), Buffer.from(bytes).toString("base64"));
      }),
    );
  });
});

describe("decodeBase64()", () => {
  it("undoes encodeBase64()", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        assert.deepEqual(decodeBase64(encodeBase64(bytes)), bytes);
      }),
    );
  });

  for (const text of [
    "A",
    "AA",
    "AAA",
    "A===",
    "AB==",
    "AAB=",
    "AA==AA==",
    "A-_A",
    "AA A",
    "AAAA\n",
    "中AAA",
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.equal(decodeBase64(text), undefined);
    });
  }
});

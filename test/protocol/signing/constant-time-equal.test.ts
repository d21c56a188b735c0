import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { constantTimeEqual } from "../../../src/protocol/signing/constant-time-equal.ts";

describe("constantTimeEqual()", () => {
  it("answers as === does", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (left, right) => {
        assert.equal(constantTimeEqual(left, right), left === right);
        assert.equal(constantTimeEqual(left, `${left}`), true);
      }),
    );
  });

  it("sees a difference in any one place", () => {
    assert.equal(constantTimeEqual("abc", "Abc"), false);
    assert.equal(constantTimeEqual("abc", "aBc"), false);
    assert.equal(constantTimeEqual("abc", "abC"), false);
    assert.equal(constantTimeEqual("abc", "abcd"), false);
    assert.equal(constantTimeEqual("", "a"), false);
  });
});

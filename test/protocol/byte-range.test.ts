import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  formatByteRange,
  formatContentRange,
  parseByteRange,
  parseContentRange,
  resolveByteRange,
} from "../../src/protocol/index.ts";
import { byteRange } from "./wire-arbitraries.ts";

describe("parseByteRange()", () => {
  it("undoes formatByteRange()", () => {
    fc.assert(
      fc.property(byteRange, (range) => {
        assert.deepEqual(parseByteRange(formatByteRange(range)), range);
      }),
    );
  });

  for (const text of [
    "",
    "bytes",
    "bytes=",
    "bytes=-",
    "bytes=5-1",
    "bytes=0-1,3-4",
    "bytes= 0-1",
    "bytes=a-b",
    "bytes=--1",
    "items=0-1",
    "bytes=0-9999999999999999",
    "bytes=99999999999999999-",
  ]) {
    it(`reads ${JSON.stringify(text)} as none`, () => {
      assert.equal(parseByteRange(text), undefined);
    });
  }

  it("refuses to write a range without ends", () => {
    assert.throws(() => formatByteRange({}), RangeError);
  });
});

// Each range of an object of 10 bytes: what it means by OSS's own rules, and what by HTTP's.
const CASES = [
  ["bytes=0-9", { start: 0, endExclusive: 10 }, { start: 0, endExclusive: 10 }],
  ["bytes=3-3", { start: 3, endExclusive: 4 }, { start: 3, endExclusive: 4 }],
  ["bytes=9-", { start: 9, endExclusive: 10 }, { start: 9, endExclusive: 10 }],
  ["bytes=-10", { start: 0, endExclusive: 10 }, { start: 0, endExclusive: 10 }],
  ["bytes=-1", { start: 9, endExclusive: 10 }, { start: 9, endExclusive: 10 }],
  ["bytes=0-10", "whole", { start: 0, endExclusive: 10 }],
  ["bytes=-11", "whole", { start: 0, endExclusive: 10 }],
  ["bytes=10-", "whole", "unsatisfiable"],
  ["bytes=10-11", "whole", "unsatisfiable"],
  ["bytes=-0", "whole", "unsatisfiable"],
  ["bytes=5-1", "whole", "whole"],
] as const;

describe("resolveByteRange()", () => {
  for (const [text, byDefault, standard] of CASES) {
    it(`reads ${text} of 10 bytes by OSS's rules`, () => {
      assert.deepEqual(resolveByteRange(parseByteRange(text), 10, undefined), byDefault);
    });

    it(`reads ${text} of 10 bytes by HTTP's rules`, () => {
      assert.deepEqual(resolveByteRange(parseByteRange(text), 10, "standard"), standard);
    });
  }

  it("finds nothing in an empty object", () => {
    assert.equal(resolveByteRange({ start: 0 }, 0, undefined), "whole");
    assert.equal(resolveByteRange({ start: 0 }, 0, "standard"), "unsatisfiable");
  });
});

describe("parseContentRange()", () => {
  it("undoes formatContentRange()", () => {
    const range = { start: 100, endExclusive: 200, totalSizeBytes: 1000 };

    assert.equal(formatContentRange(range), "bytes 100-199/1000");
    assert.deepEqual(parseContentRange("bytes 100-199/1000"), range);
  });

  for (const text of ["", "bytes */1000", "bytes 0-1/*", "bytes 5-1/10", "bytes 0-10/10"]) {
    it(`reads ${JSON.stringify(text)} as none`, () => {
      assert.equal(parseContentRange(text), undefined);
    });
  }
});

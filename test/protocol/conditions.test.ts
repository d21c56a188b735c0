import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeConditions } from "../../src/protocol/fields/conditions.ts";
import { type Conditions, checkConditions } from "../../src/protocol/index.ts";

const BEFORE = new Date("2023-12-03T12:12:11Z");
const SAME_SECOND = new Date("2023-12-03T12:12:12Z");
const CHECKED = { etag: "ABC-1", lastModified: new Date("2023-12-03T12:12:12.900Z") };

const CASES: readonly (readonly [string, Conditions, unknown])[] = [
  ["nothing", {}, "ok"],
  ["If-Match in quotes", { ifMatch: '"ABC-1"' }, "ok"],
  ["If-Match without quotes, as oss2 sends it", { ifMatch: "ABC-1" }, "ok"],
  ["If-Match in lower case", { ifMatch: "abc-1" }, "ok"],
  ["If-Match of any", { ifMatch: "*" }, "ok"],
  ["If-Match of several", { ifMatch: '"X", "ABC-1"' }, "ok"],
  ["If-Match of another", { ifMatch: "X" }, { failed: "If-Match" }],
  ["If-None-Match of the same", { ifNoneMatch: '"ABC-1"' }, "not-modified"],
  ["If-None-Match of any", { ifNoneMatch: "*" }, "not-modified"],
  ["If-None-Match of another", { ifNoneMatch: "X" }, "ok"],
  ["If-Modified-Since before", { ifModifiedSince: BEFORE }, "ok"],
  ["If-Modified-Since the same second", { ifModifiedSince: SAME_SECOND }, "not-modified"],
  ["If-Unmodified-Since the same second", { ifUnmodifiedSince: SAME_SECOND }, "ok"],
  ["If-Unmodified-Since before", { ifUnmodifiedSince: BEFORE }, { failed: "If-Unmodified-Since" }],
  ["If-Match that holds over a time that does not", { ifMatch: "ABC-1", ifUnmodifiedSince: BEFORE }, "ok"],
  ["If-None-Match of another over the time", { ifNoneMatch: "X", ifModifiedSince: SAME_SECOND }, "ok"],
  ["a failed If-Match over all others", { ifMatch: "X", ifNoneMatch: "ABC-1" }, { failed: "If-Match" }],
];

describe("checkConditions()", () => {
  for (const [what, conditions, verdict] of CASES) {
    it(`judges ${what}`, () => {
      assert.deepEqual(checkConditions(conditions, CHECKED), verdict);
    });
  }

  it("has nothing against a request without conditions", () => {
    assert.equal(checkConditions(undefined, CHECKED), "ok");
  });
});

describe("decodeConditions()", () => {
  it("ignores a date that is none", () => {
    assert.equal(decodeConditions({ "if-modified-since": "yesterday" }, ""), undefined);
  });
});

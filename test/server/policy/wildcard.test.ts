import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { matchesWildcard } from "../../../src/server/policy/wildcard.ts";

const SOURCES = new Map([
  ["*", "[^]*"],
  ["?", "[^]"],
  [".", "\\."],
]);

/** The same by a regular expression, which may take its time. */
function matchesSlowly(pattern: string, text: string): boolean {
  const source = [...pattern].map((sign) => SOURCES.get(sign) ?? sign);
  return new RegExp(`^${source.join("")}$`).test(text);
}

describe("matchesWildcard()", () => {
  it("agrees with a regular expression", () => {
    const sign = fc.constantFrom("a", "b", "/", ".", "*", "?");
    fc.assert(
      fc.property(
        fc.string({ unit: sign, maxLength: 8 }),
        fc.string({ unit: fc.constantFrom("a", "b", "/", "."), maxLength: 12 }),
        (pattern, text) => {
          assert.equal(matchesWildcard(pattern, text), matchesSlowly(pattern, text));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("takes a moment for a pattern over which a regular expression would brood for years", () => {
    assert.equal(matchesWildcard(`${"*a".repeat(60)}b`, "a".repeat(5_000)), false);
  });
});

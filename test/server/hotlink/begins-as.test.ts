import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { beginsAs } from "../../../src/server/hotlink/begins-as.ts";
import { matchesWildcard } from "../../../src/server/policy/wildcard.ts";

const LONG = 64 * 1024;
const HALF = LONG / 2;
/** Where it took as long as both lengths multiplied, it would be several seconds for each. */
const MOMENT_MS = 1_500;

describe("beginsAs()", () => {
  it("agrees with the pattern of policies with a star behind it", () => {
    const sign = fc.constantFrom("a", "b", "/", ".", "*", "?");
    fc.assert(
      fc.property(
        fc.string({ unit: sign, maxLength: 8 }),
        fc.string({ unit: fc.constantFrom("a", "b", "/", "."), maxLength: 12 }),
        (pattern, text) => {
          assert.equal(beginsAs(pattern, text), matchesWildcard(`${pattern}*`, text));
        },
      ),
      { numRuns: 5_000 },
    );
  });

  for (const [what, pattern] of [
    ["many stars", `${"*a".repeat(HALF)}b`],
    ["a long piece", `*${"a".repeat(HALF)}b`],
    ["a long piece that ends well", `*b${"a".repeat(HALF)}`],
    ["a long piece with question marks", `*${"a?".repeat(HALF / 2)}b`],
  ] as const) {
    it(`takes a moment for ${what} in a long text`, () => {
      const text = "a".repeat(LONG);
      const startedAt = performance.now();

      assert.equal(beginsAs(pattern, text), false);

      assert.ok(performance.now() - startedAt < MOMENT_MS);
    });
  }
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { CorsConfiguration, CorsRule } from "../../src/protocol/index.ts";
import { grantOf } from "../../src/server/cors/cors-rules.ts";

function rule(facts: Partial<CorsRule> = {}): CorsRule {
  return { allowedOrigins: ["*"], allowedMethods: ["GET"], allowedHeaders: [], exposeHeaders: [], ...facts };
}

function configuration(...rules: readonly CorsRule[]): CorsConfiguration {
  return { rules, responseVary: false };
}

function ask(origin: string, method = "GET", ...headerNames: readonly string[]) {
  return { origin, method, headerNames };
}

describe("grantOf()", () => {
  for (const [pattern, origin, isMatch] of [
    ["https://a.test", "https://a.test", true],
    ["https://a.test", "https://A.test", true],
    ["https://a.test", "http://a.test", false],
    ["https://a.test", "https://a.test:8080", false],
    ["https://a.test", "https://a.test.evil", false],
    ["https://*.a.test", "https://b.a.test", true],
    ["https://*.a.test", "https://a.test", false],
    ["https://*.a.test", "https://evil-a.test", false],
    ["http://localhost:*", "http://localhost:5173", true],
    ["ab*ba", "aba", false],
    ["*", "null", true],
    ["https://a.test", "null", false],
    ["https://axtest", "https://a.test", false],
  ] as const) {
    it(`says ${isMatch ? "yes" : "no"} to ${origin} where ${pattern} may come`, () => {
      const grant = grantOf(configuration(rule({ allowedOrigins: [pattern] })), ask(origin));

      assert.equal(grant !== undefined, isMatch);
    });
  }

  it("takes the first rule that has everything", () => {
    const rules = configuration(
      rule({ allowedMethods: ["PUT"], exposeHeaders: ["of-another-method"] }),
      rule({ allowedOrigins: ["https://b.test"], exposeHeaders: ["of-another-origin"] }),
      rule({ exposeHeaders: ["first"] }),
      rule({ exposeHeaders: ["second"] }),
    );

    assert.deepEqual(grantOf(rules, ask("https://a.test"))?.exposeHeaders, ["first"]);
  });

  it("wants every header in one rule, whatever its case", () => {
    const rules = configuration(
      rule({ allowedHeaders: ["X-One"] }),
      rule({ allowedHeaders: ["x-two"] }),
      rule({ allowedOrigins: ["https://b.test"], allowedHeaders: ["X-*", "Date"] }),
    );

    assert.ok(grantOf(rules, ask("https://a.test", "GET", "x-one")));
    assert.equal(grantOf(rules, ask("https://a.test", "GET", "x-one", "x-two")), undefined);
    assert.ok(grantOf(rules, ask("https://b.test", "GET", "x-one", "x-two", "date")));
  });

  it("answers as many headers as fit into a request, to as many as fit into the rules, in less than half a second", () => {
    const allowedHeaders = Array.from({ length: 480 }, (_, index) => `h${index}`);
    const rules = configuration(rule({ allowedHeaders }));
    const headerNames = Array.from({ length: 13_000 }, () => "h479");
    const startedAtMs = performance.now();

    const grant = grantOf(rules, ask("https://a.test", "GET", ...headerNames));

    assert.equal(grant?.headerNames.length, 13_000);
    assert.ok(performance.now() - startedAtMs < 500);
  });

  it("says when another origin might be answered otherwise", () => {
    const one = rule({ allowedOrigins: ["https://a.test"] });
    const page = ask("https://a.test");

    assert.equal(grantOf(configuration(rule()), page)?.variesByOrigin, false);
    assert.equal(grantOf(configuration(one), page)?.variesByOrigin, true);
    assert.equal(grantOf(configuration(one, rule()), ask("https://b.test"))?.variesByOrigin, true);
    assert.equal(grantOf({ ...configuration(rule()), responseVary: true }, page)?.variesByOrigin, true);
  });

  it("allows nothing that the rule does not name", () => {
    const names = fc.array(fc.stringMatching(/^[a-z-]{1,6}$/), { maxLength: 4 });

    fc.assert(
      fc.property(names, names, (allowedHeaders, headerNames) => {
        const grant = grantOf(configuration(rule({ allowedHeaders })), ask("null", "GET", ...headerNames));

        assert.equal(
          grant !== undefined,
          headerNames.every((name) => allowedHeaders.includes(name)),
        );
      }),
    );
  });
});

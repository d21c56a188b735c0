// Which statement decides, and whether its conditions hold.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Asker, evaluatePolicies } from "../../../src/server/policy/evaluate-policies.ts";
import { parseResourceName, type ResourceName } from "../../../src/server/policy/resource-name.ts";
import { allow, deny, namedPolicy, type StatementWords } from "./policy-documents.ts";

const FACTS = new Map([
  ["acs:sourceip", "192.0.2.7"],
  ["acs:securetransport", "false"],
  ["acs:currenttime", "2026-11-23T05:00:00.000Z"],
  ["oss:prefix", "a/b"],
]);

function name(text: string): ResourceName {
  const parsed = parseResourceName(text);
  assert.ok(parsed);
  return parsed;
}

function judge(
  statements: readonly StatementWords[],
  {
    action = "oss:GetObject",
    resource = "acs:oss:cn-hangzhou:partwise:b/k",
    asker,
  }: { action?: string; resource?: string; asker?: Asker } = {},
): string | undefined {
  const policies = [namedPolicy("p", asker === undefined ? "identity" : "bucket", ...statements)];
  return evaluatePolicies(policies, { action, resource: name(resource), facts: FACTS }, asker)?.effect;
}

describe("evaluatePolicies()", () => {
  it("says nothing where no statement speaks", () => {
    assert.equal(judge([allow("oss:PutObject"), allow("*", "acs:oss:*:*:c/*")]), undefined);
  });

  it("lets a prohibition win wherever it stands, and names its statement", () => {
    const policies = [
      namedPolicy("reader", "identity", allow("oss:Get*")),
      namedPolicy("limits", "identity", allow("*"), deny("oss:*", "acs:oss:*:*:b/*")),
    ];
    const question = { action: "oss:GetObject", resource: name("acs:oss:r:a:b/k"), facts: FACTS };

    assert.deepEqual(evaluatePolicies(policies, question), {
      effect: "Deny",
      policy: "limits",
      statementNumber: 2,
    });
    assert.deepEqual(evaluatePolicies(policies.toReversed(), question), {
      effect: "Deny",
      policy: "limits",
      statementNumber: 2,
    });
    assert.deepEqual(evaluatePolicies(policies.slice(0, 1), question), {
      effect: "Allow",
      policy: "reader",
      statementNumber: 1,
    });
  });

  it("is the same in any order of statements: one that denies, else one that allows, else nothing", () => {
    const statement = fc.record({
      Effect: fc.constantFrom("Allow", "Deny"),
      Action: fc.constantFrom("oss:GetObject", "oss:Put*", "*"),
      Resource: fc.constantFrom("*", "acs:oss:*:*:b/*", "acs:oss:*:*:b", "acs:oss:*:*:c/*"),
    });
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 6 }), (statements) => {
        const effects = statements.map((one) => judge([one]));
        const expected = effects.includes("Deny") ? "Deny" : effects.includes("Allow") ? "Allow" : undefined;

        assert.equal(judge(statements), expected);
        assert.equal(judge(statements.toReversed()), expected);
      }),
    );
  });

  for (const [pattern, resource, isMatch] of [
    ["*", "acs:oss:r:a:b/k", true],
    ["acs:oss:*:*:*", "acs:oss:r:a:b/k", true],
    ["acs:oss:*:*:*", "acs:oss:r:a:*", true],
    ["acs:oss:*:*:b", "acs:oss:r:a:b/k", false],
    ["acs:oss:*:*:b", "acs:oss:r:a:*", false],
    ["acs:oss:*:*:b/*", "acs:oss:r:a:b/x/y", true],
    ["acs:oss:*:*:b/*", "acs:oss:r:a:b", false],
    ["acs:oss:*:*:b/?", "acs:oss:r:a:b/K", true],
    ["acs:oss:*:*:b/k", "acs:oss:r:a:b/K", false],
    ["acs:oss:R:A:b/k", "acs:oss:r:a:b/k", true],
    ["acs:oss:*:other:b/k", "acs:oss:r:a:b/k", false],
    ["acs:ram:*:*:b/k", "acs:oss:r:a:b/k", false],
    ["acs:oss:*:*:b/a:c", "acs:oss:r:a:b/a:c", true],
    // A key may look like the end of another resource's name.
    ["acs:oss:*:*:b/secret", "acs:oss:r:a:evil/:b/secret", false],
  ] as const) {
    it(`${pattern} ${isMatch ? "is" : "is not"} ${resource}`, () => {
      assert.equal(judge([allow("*", pattern)], { resource }), isMatch ? "Allow" : undefined);
    });
  }

  it("takes actions without regard to case, and lists as what is meant or what is left out", () => {
    assert.equal(judge([allow("oss:getobject")]), "Allow");
    assert.equal(judge([{ Effect: "Allow", NotAction: "oss:Put*", Resource: "*" }]), "Allow");
    assert.equal(judge([{ Effect: "Allow", NotAction: "oss:Get*", Resource: "*" }]), undefined);
    assert.equal(judge([{ Effect: "Allow", Action: "*", NotResource: "acs:oss:*:*:b/*" }]), undefined);
  });

  for (const [condition, holds] of [
    [{ IpAddress: { "acs:SourceIp": "192.0.2.0/24" } }, true],
    [{ IpAddress: { "acs:SourceIp": ["10.0.0.0/8", "192.0.2.7"] } }, true],
    [{ IpAddress: { "acs:SourceIp": "2001:db8::/32" } }, false],
    [{ NotIpAddress: { "acs:SourceIp": ["10.0.0.0/8", "192.0.2.0/24"] } }, false],
    [{ NotIpAddress: { "acs:SourceIp": "10.0.0.0/8" } }, true],
    [{ Bool: { "acs:SecureTransport": "false" } }, true],
    [{ Bool: { "acs:SecureTransport": "true" } }, false],
    [{ StringLike: { "oss:Prefix": "a/*" } }, true],
    [{ StringEquals: { "oss:prefix": "a/*" } }, false],
    [{ StringNotLike: { "oss:Prefix": ["x", "a/*"] } }, false],
    [{ StringEquals: { "oss:Delimiter": "/" } }, false],
    [{ StringNotEquals: { "oss:Delimiter": "/" } }, true],
    [{ StringEqualsIgnoreCase: { "oss:Prefix": "A/B" } }, true],
    [{ DateLessThan: { "acs:CurrentTime": "2026-11-23T05:00:01Z" } }, true],
    [{ DateLessThan: { "acs:CurrentTime": "2026-11-23T13:00:00+08:00" } }, false],
    [{ DateLessThanEquals: { "acs:CurrentTime": "2026-11-23T13:00:00+08:00" } }, true],
    [{ DateGreaterThan: { "acs:CurrentTime": "2026-11-23" } }, true],
    [{ IpAddress: { "acs:SourceIp": "192.0.2.7" }, Bool: { "acs:SecureTransport": "true" } }, false],
    [{ StringLike: { "oss:Prefix": "a/*", "oss:Delimiter": "*" } }, false],
  ] as const) {
    it(`${JSON.stringify(condition)} ${holds ? "holds" : "does not hold"}`, () => {
      assert.equal(judge([allow("*", "*", { Condition: condition })]), holds ? "Allow" : undefined);
    });
  }

  it("tells whom a bucket's policy means", () => {
    const user: Asker = { names: ["2001", "acs:ram::partwise:user/ci"], isAccount: false };
    const nobody: Asker = { names: [], isAccount: false };
    const account: Asker = { names: ["partwise"], isAccount: true };
    const insecure = { Condition: { Bool: { "acs:SecureTransport": "false" } } };
    const to = (Principal: unknown, asker: Asker, others = {}) =>
      judge([deny("*", "*", { Principal, ...others })], { asker });

    assert.equal(to(["2001"], user), "Deny");
    assert.equal(to(["2002"], user), undefined);
    assert.equal(to(["acs:ram::*:user/c*"], user), "Deny");
    assert.equal(to("2001", nobody), undefined);
    assert.equal(to("*", user), "Deny");
    assert.equal(to("*", nobody), "Deny");
    assert.equal(to("*", account), undefined);
    assert.equal(to("*", account, insecure), "Deny");
    assert.equal(to(["partwise"], account), "Deny");
    assert.equal(judge([deny("*")], { asker: nobody }), "Deny");
    assert.equal(judge([allow("*")], { asker: nobody }), undefined);
  });
});

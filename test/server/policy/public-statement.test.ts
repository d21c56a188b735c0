import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parsePolicy } from "../../../src/server/policy/parse-policy.ts";
import { allow, deny, policyText, type StatementWords } from "./policy-documents.ts";

const EVERYBODY = { Principal: "*" };

/** Source: OSS, block public access: conditions and examples for public and non-public access. */
const CASES: readonly (readonly [
  isPublic: boolean,
  what: string,
  ...statements: readonly StatementWords[],
])[] = [
  [true, "everybody", allow("oss:GetObject", "*", EVERYBODY)],
  [true, "everybody in a list", allow("oss:GetObject", "*", { Principal: ["2001", "*"] })],
  [true, "all whose names begin so", allow("oss:GetObject", "*", { Principal: ["2001*"] })],
  [true, "everybody who changes something", allow("oss:DeleteObject", "acs:oss:*:*:b/one", EVERYBODY)],
  [false, "one user", allow("oss:*", "*", { Principal: ["2001"] })],
  [false, "nobody, by a prohibition", deny("oss:*", "*", EVERYBODY)],
  [false, "nobody, by a permission without a name", allow("oss:*")],
  [true, "one user and everybody", allow("*", "*", { Principal: "2001" }), allow("*", "*", EVERYBODY)],
  [false, "everybody of a range of addresses", ifSo({ IpAddress: { "acs:SourceIp": "192.0.2.0/24" } })],
  [false, "one address", ifSo({ IpAddress: { "acs:sourceip": ["192.0.2.7", "2001:db8::1"] } })],
  [
    false,
    "the largest ranges that are narrow",
    ifSo({ IpAddress: { "acs:SourceIp": ["10.0.0.0/8", "2001:db8::/32"] } }),
  ],
  [true, "a larger range", ifSo({ IpAddress: { "acs:SourceIp": ["10.0.0.0/8", "0.0.0.0/7"] } })],
  [true, "a larger range of version 6", ifSo({ IpAddress: { "acs:SourceIp": "2000::/31" } })],
  [true, "all but a range", ifSo({ NotIpAddress: { "acs:SourceIp": "192.0.2.0/24" } })],
  [false, "one access key", ifSo({ StringEquals: { "acs:AccessId": "id-1" } })],
  [false, "some access keys", ifSo({ StringLike: { "acs:AccessId": ["id-1", "id-2"] } })],
  [true, "any access key", ifSo({ StringLike: { "acs:AccessId": ["id-1", "id-*"] } })],
  [true, "all but an access key", ifSo({ StringNotEquals: { "acs:AccessId": "id-1" } })],
  [
    true,
    "what says nothing of who comes",
    ifSo({ StringLike: { "oss:Prefix": "in/" }, Bool: { "acs:SecureTransport": "true" } }),
  ],
  [
    false,
    "a range among other conditions",
    ifSo({ Bool: { "acs:SecureTransport": "true" }, IpAddress: { "acs:SourceIp": "192.0.2.0/24" } }),
  ],
];

function ifSo(condition: StatementWords): StatementWords {
  return allow("oss:GetObject", "*", { ...EVERYBODY, Condition: condition });
}

describe("a policy", () => {
  for (const [isPublic, what, ...statements] of CASES) {
    it(`is ${isPublic ? "" : "not "}public that lets in ${what}`, () => {
      const policy = parsePolicy(policyText(...statements), "bucket");

      assert.equal(
        policy.statements.some((statement) => statement.isPublic === true),
        isPublic,
      );
    });
  }

  it("of a role is never public, whomever it trusts", () => {
    const trust = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { RAM: ["*"] } };

    assert.equal(parsePolicy(policyText(trust), "trust").statements[0]?.isPublic, undefined);
  });
});

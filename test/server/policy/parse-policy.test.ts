// What is no policy is refused with the statement and the field, and all mistakes at once.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parsePolicy } from "../../../src/server/policy/parse-policy.ts";
import type { PolicyKind } from "../../../src/server/policy/policy.ts";
import { PolicyError } from "../../../src/server/policy/policy-error.ts";
import { allow, policyText } from "./policy-documents.ts";

function problemsOf(text: string, kind: PolicyKind = "identity"): readonly string[] {
  try {
    parsePolicy(text, kind);
  } catch (failure) {
    assert.ok(failure instanceof PolicyError);
    return failure.problems;
  }
  return [];
}

describe("parsePolicy()", () => {
  for (const [what, text, kind] of [
    [
      "a list of actions and resources",
      policyText({
        Effect: "Allow",
        Action: ["oss:Get*", "oss:ListObjects"],
        Resource: ["acs:oss:*:*:b", "acs:oss:*:*:b/*"],
      }),
    ],
    [
      "what is not listed",
      policyText({ Effect: "Deny", NotAction: "oss:Get*", NotResource: "acs:oss:*:*:b/*", Sid: "x" }),
    ],
    ["one statement without an array", JSON.stringify({ Version: "1", Statement: allow("*") })],
    [
      "a bucket's with a principal",
      policyText(allow("oss:*", "acs:oss:*:*:b/*", { Principal: ["27737962156157"] })),
      "bucket",
    ],
    ["a bucket's without one", policyText(allow("oss:*", "acs:oss:*:*:b/*")), "bucket"],
    [
      "a role's trust",
      policyText({
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { RAM: ["acs:ram::partwise:root"] },
      }),
      "trust",
    ],
    [
      "conditions",
      policyText(
        allow("oss:*", "*", {
          Condition: {
            IpAddress: { "acs:SourceIp": ["192.0.2.0/24", "2001:db8::/32", "198.51.100.7"] },
            Bool: { "acs:SecureTransport": true },
            StringLike: { "oss:Prefix": ["", "a/*"] },
            DateLessThan: { "acs:CurrentTime": "2027-01-31T12:00:00+08:00" },
          },
        }),
      ),
    ],
  ] as const) {
    it(`takes ${what}`, () => {
      assert.deepEqual(problemsOf(text, kind), []);
    });
  }

  for (const [what, text, problem, kind] of [
    ["no JSON", "{", /^the policy is no JSON: /],
    ["an array", "[]", "the policy must be an object with Version and Statement"],
    ["another version", JSON.stringify({ Version: "2", Statement: [allow("*")] }), 'Version must be "1"'],
    ["no statement", policyText(), "Statement must be an array of 1 to 100 statements"],
    [
      "a misspelt field",
      policyText({ ...allow("*"), Actoin: "*" }),
      "statement 1: Actoin is no field of a statement",
    ],
    [
      "a misspelt field of the whole",
      JSON.stringify({ Version: "1", Statement: [allow("*")], Statment: [] }),
      "the policy has the unknown field Statment",
    ],
    ["no effect", policyText({ Action: "*", Resource: "*" }), "statement 1: Effect must be Allow or Deny"],
    [
      "no action",
      policyText({ Effect: "Deny", Resource: "*" }),
      "statement 1: Action must be a text or an array of at least one text",
    ],
    [
      "no resource",
      policyText({ Effect: "Deny", Action: "*" }),
      "statement 1: Resource must be a text or an array of at least one text",
    ],
    [
      "an action of no service",
      policyText(allow("GetObject")),
      /^statement 1: Action has "GetObject", which is no action/,
    ],
    [
      "Action and NotAction",
      policyText({ ...allow("*"), NotAction: "oss:*" }),
      "statement 1: NotAction cannot stand beside Action",
    ],
    [
      "a resource that is a path",
      policyText(allow("*", "bucket/*")),
      /^statement 1: Resource has "bucket\/\*", which is no resource/,
    ],
    [
      "a user's with a principal",
      policyText(allow("*", "*", { Principal: "*" })),
      /^statement 1: Principal belongs into the policy of a bucket/,
    ],
    [
      "a trust without a name",
      policyText({ Effect: "Allow", Action: "sts:AssumeRole" }),
      'statement 1: Principal must be {"RAM": [names]}',
      "trust",
    ],
    [
      "an unknown operator",
      policyText(allow("*", "*", { Condition: { IpAdress: {} } })),
      /^statement 1: Condition\.IpAdress is no operator that is known; there are /,
    ],
    [
      "an unknown key",
      policyText(allow("*", "*", { Condition: { StringEquals: { "acs:SourceVpc": "v" } } })),
      /^statement 1: Condition\.StringEquals\.acs:SourceVpc is no condition key that is known; there are /,
    ],
    [
      "a key that does not go with the operator",
      policyText(allow("*", "*", { Condition: { StringLike: { "acs:SourceIp": "192.*" } } })),
      "statement 1: Condition.StringLike.acs:SourceIp does not go with StringLike; it goes with IpAddress, NotIpAddress",
    ],
    [
      "an address that is none",
      policyText(allow("*", "*", { Condition: { IpAddress: { "acs:SourceIp": "192.0.2.0/33" } } })),
      /has the value "192\.0\.2\.0\/33", which is no address/,
    ],
    [
      "a time that is none",
      policyText(allow("*", "*", { Condition: { DateLessThan: { "acs:CurrentTime": "tomorrow" } } })),
      /has the value "tomorrow", which is no time/,
    ],
    [
      "no value",
      policyText(allow("*", "*", { Condition: { IpAddress: { "acs:SourceIp": [] } } })),
      /needs at least one value/,
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      const problems = problemsOf(text, kind);

      assert.equal(problems.length, 1, problems.join("\n"));
      const [found = ""] = problems;
      assert.ok(problem instanceof RegExp ? problem.test(found) : problem === found, found);
    });
  }

  it("names all mistakes of all statements at once", () => {
    const text = policyText({ Effect: "allow", Action: "*", Resource: "*" }, allow("*"), {
      Effect: "Deny",
      Action: 1,
      Resource: "b",
    });

    assert.deepEqual(
      problemsOf(text).map((problem) => problem.split(" ").slice(0, 3).join(" ")),
      ["statement 1: Effect", "statement 3: Action", "statement 3: Resource"],
    );
  });

  it("knows what to say of any JSON", () => {
    const words = fc.constantFrom(
      "Version",
      "Statement",
      "Effect",
      "Action",
      "Resource",
      "Condition",
      "1",
      "Allow",
      "*",
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: "small" },
        words,
        fc.jsonValue({ maxDepth: 1 }),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(words, tie("tree"), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(
        fc.dictionary(words, tree, { maxKeys: 4 }),
        fc.constantFrom("bucket", "identity", "trust"),
        (document, kind) => {
          assert.ok(Array.isArray(problemsOf(JSON.stringify(document), kind)));
        },
      ),
      { numRuns: 300 },
    );
  });
});

// Why somebody may do something, in words: by every way in which it can be decided.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Explanation, explainAccess } from "../../src/cli/explain-access.ts";
import { explainedPrincipal } from "../../src/cli/explained-principal.ts";
import type { Identities } from "../../src/server/identity/identities.ts";
import { allow, deny, policyText } from "../server/policy/policy-documents.ts";

const createdAt = "2026-11-23T05:00:00.000Z";
const limits = policyText(allow("oss:Get*", "acs:oss:*:*:b/*"), deny("*", "acs:oss:*:*:b/secret*"));
const identities: Identities = {
  keyCheck: "-",
  account: { accessKeys: [] },
  users: [
    { name: "ci", id: "2001", createdAt, accessKeys: [], policies: [{ name: "limits", text: limits }] },
  ],
  roles: [
    {
      ...{ name: "up", id: "2002", createdAt, trust: "-", sessionMaxSeconds: 900 },
      policies: [{ name: "AliyunOSSFullAccess" }],
    },
  ],
};

function explain(
  who: string,
  {
    key = "k",
    policy,
    sessionPolicy,
    action = "oss:GetObject",
    acls = { bucket: "private" },
    isPublicAccessBlocked = false,
  }: {
    readonly isPublicAccessBlocked?: boolean;
    readonly key?: string;
    readonly policy?: string;
    readonly sessionPolicy?: string;
    readonly action?: string;
    readonly acls?: { readonly bucket?: string; readonly object?: string };
  } = {},
): Explanation {
  const access = { permission: action, bucket: "b", key };
  return explainAccess(
    explainedPrincipal(identities, who, sessionPolicy),
    { access, facts: new Map(), region: "cn-hangzhou", accountId: "partwise" },
    { acls, policy, isPublicAccessBlocked },
  );
}

const toAll = { Principal: ["*"] };

describe("explainAccess()", () => {
  for (const [what, explanation, isAllowed, reason] of [
    [
      "the account",
      explain("root"),
      true,
      "the account may do everything that no policy of a bucket denies under a condition",
    ],
    ["a user's permission", explain("ci"), true, "statement 1 of the policy limits of user ci allows it"],
    [
      "a user's prohibition",
      explain("ci", { key: "secret/x" }),
      false,
      "statement 2 of the policy limits of user ci denies it",
    ],
    [
      "silence",
      explain("ci", { action: "oss:PutObject" }),
      false,
      "no policy allows it, and the bucket's ACL is private",
    ],
    [
      "silence about what no ACL grants",
      explain("ci", { action: "oss:PutObjectAcl" }),
      false,
      "no policy allows it, and no ACL can",
    ],
    [
      "a bucket's policy",
      explain("ci", { policy: policyText(deny("oss:Get*", "*", toAll)) }),
      false,
      "statement 1 of the bucket's policy denies it",
    ],
    [
      "a bucket's permission to all",
      explain("anonymous", { policy: policyText(allow("oss:Get*", "*", toAll)) }),
      true,
      "statement 1 of the bucket's policy allows it",
    ],
    [
      "a bucket's ACL",
      explain("anonymous", { acls: { bucket: "public-read" } }),
      true,
      "no policy speaks of it, and the bucket's ACL is public-read",
    ],
    [
      "an object's ACL",
      explain("anonymous", { acls: { bucket: "public-read", object: "private" } }),
      false,
      "no policy allows it, and the object's ACL is private",
    ],
    [
      "a block of what the bucket's ACL grants",
      explain("anonymous", { acls: { bucket: "public-read" }, isPublicAccessBlocked: true }),
      false,
      "public access to the bucket is blocked, though no policy speaks of it, and the bucket's ACL is public-read",
    ],
    [
      "a block of what the bucket's policy grants to all",
      explain("anonymous", {
        policy: policyText(allow("oss:Put*"), allow("oss:Get*", "*", toAll)),
        isPublicAccessBlocked: true,
      }),
      false,
      "public access to the bucket is blocked, though statement 2 of the bucket's policy allows it",
    ],
    [
      "a user's own permission behind a block",
      explain("ci", { acls: { bucket: "public-read" }, isPublicAccessBlocked: true }),
      true,
      "statement 1 of the policy limits of user ci allows it",
    ],
    [
      "silence behind a block",
      explain("anonymous", { isPublicAccessBlocked: true }),
      false,
      "no policy allows it, and the bucket's ACL is private",
    ],
    [
      "a bucket that is not there",
      explain("anonymous", { acls: {} }),
      false,
      "no policy allows it, and the bucket's ACL is unknown: there is no such bucket",
    ],
    [
      "a role",
      explain("role/up"),
      true,
      "statement 1 of the policy AliyunOSSFullAccess of role up allows it",
    ],
    [
      "a session's silence",
      explain("role/up/x", { sessionPolicy: policyText(allow("oss:Put*")) }),
      false,
      "the session's own policy does not allow it",
    ],
    [
      "a session's prohibition",
      explain("role/up", { sessionPolicy: policyText(deny("*")) }),
      false,
      "statement 1 of the session's own policy denies it",
    ],
  ] as const) {
    it(`names ${what}`, () => {
      assert.deepEqual([explanation.isAllowed, explanation.event.reason], [isAllowed, reason]);
    });
  }

  it("shows the statement that decides", () => {
    assert.deepEqual(explain("ci", { key: "secret" }).lines, [
      "denied: user ci may not oss:GetObject on acs:oss:cn-hangzhou:partwise:b/secret",
      "  because statement 2 of the policy limits of user ci denies it",
      '  {"Effect":"Deny","Action":"*","Resource":"acs:oss:*:*:b/secret*"}',
    ]);
  });

  it("shows what would allow it, if its conditions held", () => {
    const Condition = { IpAddress: { "acs:SourceIp": "192.0.2.0/24" } };
    const policy = policyText(allow("oss:Put*", "*", { ...toAll, Condition }));

    const { lines, event } = explain("ci", { action: "oss:PutObject", policy });

    assert.deepEqual(lines.slice(1, 3), [
      "  because no policy allows it, and the bucket's ACL is private",
      "  statement 1 of the bucket's policy would allow it, but its conditions do not hold",
    ]);
    assert.match(lines[3] ?? "", /"acs:SourceIp":"192\.0\.2\.0\/24"/);
    assert.deepEqual(event.unmet, { place: "bucket", policy: "bucket policy", statementNumber: 1 });
  });

  it("says nothing of conditions where something denies it", () => {
    const Condition = { Bool: { "acs:SecureTransport": "true" } };
    const policy = policyText(allow("*", "*", { ...toAll, Condition }), deny("oss:Put*", "*", toAll));

    assert.equal(explain("ci", { action: "oss:PutObject", policy }).event.unmet, undefined);
    assert.equal(
      explain("ci", { action: "oss:ListParts", policy: policyText(deny("x:*", "*", toAll)) }).event.unmet,
      undefined,
    );
  });

  it("knows only who is there", () => {
    assert.throws(() => explain("nobody"), { name: "IdentityError", message: "there is no user nobody" });
    assert.throws(() => explain("role/none"), { message: "there is no role none" });
  });
});

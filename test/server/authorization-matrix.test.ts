// Every operation, by everybody who may come, over HTTP. A request that is let in fails right behind the door, by a header
// that no operation takes, so that nothing of the world changes and no body is needed: what is asked here is only who
// gets so far.
//
// An operation that is missing from the table of permissions fails the test until somebody has looked up what it needs.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { requestAddress } from "../../src/protocol/addressing/endpoint.ts";
import type { Query } from "../../src/protocol/http-message.ts";
import { type AnyOperation, operations } from "../../src/protocol/index.ts";
import type { Credentials } from "../../src/protocol/signing/credentials.ts";
import { signV4Url } from "../../src/protocol/signing/sign-v4-url.ts";
import type { HeldCredentials } from "../../src/server/credential-store.ts";
import { nodeSigningCrypto } from "../../src/server/node-signing-crypto.ts";
import type { Identity } from "../../src/server/principal.ts";
import { allow, deny, namedPolicy, policyText, type StatementWords } from "./policy/policy-documents.ts";
import {
  md5Base64,
  startTestServer,
  type TestRequest,
  type TestServer,
  testCredentials,
} from "./test-server.ts";

/** What each needs, of what the request is about; behind the slash of the source of a copy. As RAM documents it. */
const PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  AbortMultipartUpload: ["oss:AbortMultipartUpload"],
  AppendObject: ["oss:PutObject"],
  CompleteMultipartUpload: ["oss:PutObject"],
  CopyObject: ["oss:PutObject", "/oss:GetObject"],
  DeleteBucket: ["oss:DeleteBucket"],
  DeleteBucketCors: ["oss:DeleteBucketCors"],
  DeleteBucketEncryption: ["oss:DeleteBucketEncryption"],
  DeleteBucketLifecycle: ["oss:DeleteBucketLifecycle"],
  DeleteBucketPolicy: ["oss:DeleteBucketPolicy"],
  DeleteBucketPublicAccessBlock: ["oss:DeleteBucketPublicAccessBlock"],
  DeleteBucketTags: ["oss:DeleteBucketTagging"],
  DeleteMultipleObjects: ["oss:DeleteObject"],
  DeleteObject: ["oss:DeleteObject"],
  DeleteObjectTagging: ["oss:DeleteObjectTagging"],
  GetBucketAcl: ["oss:GetBucketAcl"],
  GetBucketCors: ["oss:GetBucketCors"],
  GetBucketEncryption: ["oss:GetBucketEncryption"],
  GetBucketInfo: ["oss:GetBucketInfo"],
  GetBucketLifecycle: ["oss:GetBucketLifecycle"],
  GetBucketLocation: ["oss:GetBucketLocation"],
  GetBucketPolicy: ["oss:GetBucketPolicy"],
  GetBucketPolicyStatus: ["oss:GetBucketPolicyStatus"],
  GetBucketPublicAccessBlock: ["oss:GetBucketPublicAccessBlock"],
  GetBucketReferer: ["oss:GetBucketReferer"],
  GetBucketRequestPayment: ["oss:GetBucketRequestPayment"],
  GetBucketStat: ["oss:GetBucketStat"],
  GetBucketTags: ["oss:GetBucketTagging"],
  GetBucketVersioning: ["oss:GetBucketVersioning"],
  GetObject: ["oss:GetObject"],
  GetObjectAcl: ["oss:GetObjectAcl"],
  GetObjectMeta: ["oss:GetObject"],
  GetObjectTagging: ["oss:GetObjectTagging"],
  GetSymlink: ["oss:GetObject"],
  HeadObject: ["oss:GetObject"],
  InitiateMultipartUpload: ["oss:PutObject"],
  ListBuckets: ["oss:ListBuckets"],
  ListLiveChannel: ["oss:ListLiveChannel"],
  ListMultipartUploads: ["oss:ListMultipartUploads"],
  ListObjects: ["oss:ListObjects"],
  ListObjectsV2: ["oss:ListObjects"],
  ListObjectVersions: ["oss:ListObjectVersions"],
  ListParts: ["oss:ListParts"],
  PostObject: ["oss:PutObject"],
  PutBucket: ["oss:PutBucket"],
  PutBucketAcl: ["oss:PutBucketAcl"],
  PutBucketCors: ["oss:PutBucketCors"],
  PutBucketEncryption: ["oss:PutBucketEncryption"],
  PutBucketLifecycle: ["oss:PutBucketLifecycle"],
  PutBucketPolicy: ["oss:PutBucketPolicy"],
  PutBucketPublicAccessBlock: ["oss:PutBucketPublicAccessBlock"],
  PutBucketReferer: ["oss:PutBucketReferer"],
  PutBucketRequestPayment: ["oss:PutBucketRequestPayment"],
  PutBucketTags: ["oss:PutBucketTagging"],
  PutBucketVersioning: ["oss:PutBucketVersioning"],
  PutObject: ["oss:PutObject"],
  PutObjectAcl: ["oss:PutObjectAcl"],
  PutObjectTagging: ["oss:PutObjectTagging"],
  PutSymlink: ["oss:PutObject"],
  RestoreObject: ["oss:RestoreObject"],
  UploadPart: ["oss:PutObject"],
  UploadPartCopy: ["oss:PutObject", "/oss:GetObject"],
};

/** What an ACL grants, and it grants it to everybody. */
const READ_BY_ACL = [
  "GetObject",
  "GetObjectMeta",
  "GetSymlink",
  "HeadObject",
  "ListObjects",
  "ListObjectsV2",
];
const WRITTEN_BY_ACL = [
  ...["AbortMultipartUpload", "AppendObject", "CompleteMultipartUpload", "CopyObject", "DeleteObject"],
  ...[
    "InitiateMultipartUpload",
    "ListMultipartUploads",
    "ListParts",
    "PostObject",
    "PutObject",
    "PutSymlink",
  ],
  ...["UploadPart", "UploadPartCopy"],
];

const USER_ID = "200000000000000001";
const KEY = "folder/key";
const SOURCE_KEY = "source";
const CONDITION = { Condition: { Bool: { "acs:SecureTransport": "false" } } };
const EVERYBODY = { Principal: ["*"] };
const THE_USER = { Principal: [USER_ID] };
/** What is answered behind the door. */
const NOT_IMPLEMENTED = 400;

/** Buckets by what their policies and ACLs say of everything in them. */
const BUCKETS: Readonly<
  Record<string, { readonly acl: string; readonly statements?: readonly StatementWords[] }>
> = {
  private: { acl: "private" },
  "read-by-all": { acl: "public-read" },
  "written-by-all": { acl: "public-read-write" },
  "allows-user": { acl: "private", statements: [allow("*", "*", THE_USER)] },
  "allows-all": { acl: "private", statements: [allow("*", "*", EVERYBODY)] },
  "denies-user": { acl: "public-read-write", statements: [deny("*", "*", THE_USER)] },
  "denies-all": { acl: "public-read-write", statements: [deny("*", "*", EVERYBODY)] },
  "denies-all-if": { acl: "public-read-write", statements: [deny("*", "*", { ...EVERYBODY, ...CONDITION })] },
};

type Verdict = "allowed" | "denied";

describe("who may do what", () => {
  let service: TestServer;
  const held = new Map<string, HeldCredentials>([[testCredentials.accessKeyId, testCredentials]]);
  before(async () => {
    service = await startTestServer({
      credentials: { find: (id) => held.get(id) },
    });
    for (const [bucket, { acl, statements }] of Object.entries(BUCKETS)) {
      const { metadata } = service.store;
      await metadata.createBucket({
        ...{ dataRedundancyType: "LRS", storageClass: "Standard", name: bucket, acl, createdAtMs: 0 },
        configurations: statements === undefined ? {} : { policy: JSON.stringify(policyText(...statements)) },
      });
    }
  });
  after(() => service[Symbol.asyncDispose]());

  /** A key of somebody with policies of these statements. */
  function someone(statements: readonly StatementWords[], others: Partial<Identity> = {}): Credentials {
    const policies = statements.length === 0 ? [] : [namedPolicy("own", "identity", ...statements)];
    const holder: Identity = {
      kind: "user",
      id: USER_ID,
      name: "user",
      names: [USER_ID],
      policies,
      ...others,
    };
    const credentials = { accessKeyId: `id-${held.size}`, accessKeySecret: `secret-${held.size}`, holder };
    held.set(credentials.accessKeyId, credentials);
    return credentials;
  }

  function session(ofRole: readonly StatementWords[], own: readonly StatementWords[]): Credentials {
    return someone(ofRole, {
      kind: "session",
      sessionPolicies: [namedPolicy("session", "identity", ...own)],
    });
  }

  async function verdictOn(
    operation: AnyOperation,
    bucket: string,
    who: Credentials | "anonymous",
    way: "header" | "url" = "header",
  ): Promise<Verdict> {
    const request = requestFor(operation, bucket, who);
    const response = await (way === "url" && who !== "anonymous"
      ? sendByUrl(request, who)
      : service.send(request));
    const isAnswer = request.method === "HEAD" || response.element("Code") === "NotImplemented";
    const isAllowed = response.status === 200 || (response.status === NOT_IMPLEMENTED && isAnswer);
    assert.ok(isAllowed || response.status === 403, `${operation.name}: ${response.status} ${response.text}`);
    return isAllowed ? "allowed" : "denied";
  }

  async function sendByUrl(request: TestRequest, credentials: Credentials) {
    const { method = "GET", bucket = "", key, query = [], headers = {} } = request;
    const resource = { ...(bucket === "" ? {} : { bucket }), ...(key === undefined ? {} : { key }) };
    const options = { credentials, time: new Date(), region: "cn-hangzhou", expiresInSeconds: 60 };
    const signed = await signV4Url({ method, resource, query, headers }, options, nodeSigningCrypto);
    const { target } = requestAddress(service.endpoint, resource, signed.query);
    return service.send({ ...request, isAnonymous: true, rawTarget: target });
  }

  it("is asked of every operation", () => {
    assert.deepEqual(Object.keys(PERMISSIONS).sort(), operations.map(({ name }) => name).sort());
  });

  for (const operation of operations) {
    const { name, level } = operation;
    it(`${name}: ${(PERMISSIONS[name] ?? []).join(", ")}`, async () => {
      const needed = neededFor(operation, "private");
      const everything = allow("*");
      const exactly = needed.map(({ action, resource }) => allow(action, resource));
      const isService = level === "service";
      const byAcl = (acl: "public-read" | "public-read-write"): Verdict =>
        READ_BY_ACL.includes(name) || (acl === "public-read-write" && WRITTEN_BY_ACL.includes(name))
          ? "allowed"
          : "denied";
      const inBucket: Verdict = isService ? "denied" : "allowed";
      // What no bucket is asked about, no bucket's policy forbids.
      const unlessBucket: Verdict = isService ? "allowed" : "denied";
      const rows: (readonly [
        what: string,
        bucket: string,
        who: Credentials | "anonymous",
        expected: Verdict,
      ])[] = [
        ["the account", "private", testCredentials, "allowed"],
        ["a user without a policy", "private", someone([]), "denied"],
        ["a user with exactly what it needs", "private", someone(exactly), "allowed"],
        ["a user who may do everything", "private", someone([everything]), "allowed"],
        [
          "a user who may do everything, elsewhere",
          "private",
          someone([allow("*", "acs:oss:*:*:other*")]),
          "denied",
        ],
        ["a user whom a bucket's policy allows", "allows-user", someone([]), inBucket],
        ["another user there", "allows-user", someone([], { names: ["200000000000000002"] }), "denied"],
        ["anybody where a bucket's policy allows everybody", "allows-all", "anonymous", inBucket],
        ["a user there", "allows-all", someone([]), inBucket],
        ["a user whom a bucket's policy denies", "denies-user", someone([everything]), unlessBucket],
        ["anybody where a bucket's policy denies everybody", "denies-all", "anonymous", "denied"],
        ["a user there", "denies-all", someone([everything]), unlessBucket],
        ["the account there", "denies-all", testCredentials, "allowed"],
        [
          "the account where it denies under a condition",
          "denies-all-if",
          testCredentials,
          // What shuts a bucket to everybody, the account can take away.
          name.endsWith("BucketPolicy") ? "allowed" : unlessBucket,
        ],
        ["anybody, in private", "private", "anonymous", "denied"],
        ["anybody where all may read", "read-by-all", "anonymous", byAcl("public-read")],
        ["anybody where all may write", "written-by-all", "anonymous", byAcl("public-read-write")],
        ["a user without a policy where all may read", "read-by-all", someone([]), byAcl("public-read")],
        [
          "a user without a policy where all may write",
          "written-by-all",
          someone([]),
          byAcl("public-read-write"),
        ],
        ["a session with exactly what it needs", "private", session([everything], exactly), "allowed"],
        ["a session of a role that may not", "private", session([], exactly), "denied"],
        [
          "a session that may only something else",
          "private",
          session([everything], [allow("oss:X")]),
          "denied",
        ],
        ["a session, where all may write", "written-by-all", session([], [allow("oss:X")]), "denied"],
        ["a session that is denied it", "private", session([everything], [everything, deny("*")]), "denied"],
        ...needed.flatMap(({ action, resource }) => [
          [
            `a user who is denied ${action}`,
            "private",
            someone([everything, deny(action, resource)]),
            "denied",
          ] as const,
          [
            `a user who may do all but ${action}`,
            "private",
            someone(allBut(action, resource)),
            "denied",
          ] as const,
        ]),
      ];

      const verdicts = await Promise.all(rows.map(([, bucket, who]) => verdictOn(operation, bucket, who)));
      const found = rows.map(([what], index) => `${what}: ${verdicts[index]}`);
      assert.deepEqual(
        found,
        rows.map(([what, , , expected]) => `${what}: ${expected}`),
      );

      // A form has its signature in its fields, and its URL counts for nothing.
      if (name !== "PostObject") {
        const byUrl = [someone(exactly), someone([]), session([everything], [everything, deny("*")])];
        const ofUrls = await Promise.all(byUrl.map((who) => verdictOn(operation, "private", who, "url")));
        assert.deepEqual(ofUrls, ["allowed", "denied", "denied"]);
      }
    });
  }
});

interface Needed {
  readonly action: string;
  readonly resource: string;
}

function neededFor({ name, level }: AnyOperation, bucket: string): readonly Needed[] {
  const isAboutKeys = level === "object" || name === "PostObject" || name === "DeleteMultipleObjects";
  const path = level === "service" ? "*" : isAboutKeys ? `${bucket}/${KEY}` : bucket;
  return (PERMISSIONS[name] ?? []).map((permission) =>
    permission.startsWith("/")
      ? { action: permission.slice(1), resource: `acs:oss:*:*:${bucket}/${SOURCE_KEY}` }
      : { action: permission, resource: `acs:oss:*:*:${path}` },
  );
}

/** Everything, but not this action on this resource. */
function allBut(action: string, resource: string): readonly StatementWords[] {
  return [
    { Effect: "Allow", NotAction: action, Resource: "*" },
    { Effect: "Allow", Action: "*", NotResource: resource },
  ];
}

const MARK_VALUES: Readonly<Record<string, string>> = {
  partNumber: "1",
  position: "0",
  uploadId: "0".repeat(32),
};

function requestFor(operation: AnyOperation, bucket: string, who: Credentials | "anonymous"): TestRequest {
  const { name, method, level, marks } = operation;
  const query: Query = marks.query.map((mark) => {
    const [markName = "", value = MARK_VALUES[markName] ?? ""] = mark.split("=");
    return [markName, value];
  });
  const copySource = marks.headers?.includes("copy-source")
    ? { "x-oss-copy-source": `/${bucket}/${SOURCE_KEY}` }
    : {};
  const common = {
    method,
    bucket: level === "service" ? "" : bucket,
    ...(level === "object" ? { key: KEY } : {}),
    query,
    headers: { "x-oss-resource-group-id": "rg-none", ...copySource },
    ...(who === "anonymous" ? ({ isAnonymous: true } as const) : { credentials: who }),
  };
  if (name === "PostObject") {
    return formRequest(common, bucket, who);
  }
  // Its keys are in the body, so only an answer tells whether they may be deleted. There is no such object.
  const document = `<Delete><Object><Key>${KEY}</Key></Object></Delete>`;
  return name === "DeleteMultipleObjects"
    ? { ...common, headers: { "content-md5": md5Base64(document) }, body: document }
    : common;
}

function formRequest(request: TestRequest, bucket: string, who: Credentials | "anonymous"): TestRequest {
  const expiration = new Date(Date.now() + 60_000).toISOString();
  const policy = Buffer.from(JSON.stringify({ expiration, conditions: [{ bucket }] })).toString("base64");
  const signed =
    who === "anonymous"
      ? {}
      : {
          OSSAccessKeyId: who.accessKeyId,
          policy,
          Signature: createHmac("sha1", who.accessKeySecret).update(policy).digest("base64"),
        };
  const fields = Object.entries({ key: KEY, ...signed });
  const parts = fields.map(
    ([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const file = '--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\ntext\r\n--b--\r\n';
  return {
    ...request,
    isAnonymous: true,
    headers: { ...request.headers, "content-type": "multipart/form-data; boundary=b" },
    body: parts.join("") + file,
  };
}

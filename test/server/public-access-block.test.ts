// What a block of public access does to a bucket: what would let everybody in counts for nothing, nothing of the kind can
// be set, and all is as before when it goes.
import assert from "node:assert/strict";
import { beforeEach, it } from "node:test";
import type { Query } from "../../src/protocol/http-message.ts";
import { describeOverBothStores } from "./both-stores.ts";
import { allow, deny, policyText } from "./policy/policy-documents.ts";
import { completionDocument, type TestRequest, type TestResponse, testBucket } from "./test-server.ts";

const KEY = "k";
const OPEN_KEY = "open";
const EVERYBODY = { Principal: ["*"] };
const PUBLIC_POLICY = policyText(allow("oss:*", "*", EVERYBODY));
const NARROW_POLICY = policyText(
  allow("oss:GetObject", "*", { ...EVERYBODY, Condition: { IpAddress: { "acs:SourceIp": "127.0.0.0/8" } } }),
);
const FORM_TYPE = { "content-type": "multipart/form-data; boundary=edge" };
const MADE_PUBLIC = {
  bucket: "403 AccessDenied Put public bucket acl is not allowed",
  object: "403 AccessDenied 0016-00000901 Put public object acl is not allowed",
  policy: "403 AccessDenied Put public bucket policy is not allowed",
};

function formWith(acl: string): string {
  const field = (name: string, value: string) =>
    `--edge\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  return (
    field("key", "posted") +
    field("x-oss-object-acl", acl) +
    '--edge\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nx\r\n--edge--\r\n'
  );
}

function blockDocument(isBlocked: string): string {
  return `<PublicAccessBlockConfiguration><BlockPublicAccess>${isBlocked}</BlockPublicAccess></PublicAccessBlockConfiguration>`;
}

describeOverBothStores("a bucket whose public access may be blocked", (service) => {
  const outcome = ({ status, element }: TestResponse) =>
    [status, element("Code"), element("EC"), element("Message")]
      .filter((word) => word !== undefined)
      .join(" ");
  const told = (answer: TestResponse) => `${answer.status} ${answer.element("Code") ?? ""}`.trim();
  const send = (request: TestRequest) => service().send(request);
  const mark = (name: string): { readonly query: Query } => ({ query: [[name, ""]] });
  const block = (isBlocked = "true", bucket = testBucket) =>
    send({ method: "PUT", bucket, ...mark("publicAccessBlock"), body: blockDocument(isBlocked) });
  const unblock = () => send({ method: "DELETE", ...mark("publicAccessBlock") });
  const setAcl = (acl: string) => send({ method: "PUT", ...mark("acl"), headers: { "x-oss-acl": acl } });
  const setPolicy = (body: string) => send({ method: "PUT", ...mark("policy"), body });
  const anybody = async (request: TestRequest = {}) => told(await send({ ...request, isAnonymous: true }));
  const isPublic = async () => (await send(mark("policyStatus"))).element("IsPublic");
  const isBlocked = async () => (await send(mark("publicAccessBlock"))).element("BlockPublicAccess");

  beforeEach(async () => {
    await unblock();
    await send({ method: "DELETE", ...mark("policy") });
    await setAcl("private");
    await send({ method: "PUT", key: KEY, body: "k" });
    await send({
      method: "PUT",
      key: OPEN_KEY,
      headers: { "x-oss-object-acl": "public-read" },
      body: "open",
    });
  });

  it("is not blocked before that is said, nor after it was taken back", async () => {
    const told = async () => [
      await isBlocked(),
      (await send(mark("bucketInfo"))).element("BlockPublicAccess"),
    ];

    assert.deepEqual(await told(), ["false", "false"]);
    assert.equal((await block()).status, 200);
    assert.deepEqual(await told(), ["true", "true"]);
    await block("false");
    assert.deepEqual(await told(), ["false", "false"]);
    await block();
    assert.equal((await unblock()).status, 204);
    assert.deepEqual(await told(), ["false", "false"]);
    assert.equal((await unblock()).status, 204);
  });

  it("is blocked by no document that says something else", async () => {
    assert.equal(told(await block("maybe")), "400 InvalidArgument");
    const unknown = blockDocument("true").replaceAll("BlockPublicAccess>", "BlockPublicAcls>");
    const answer = await send({ method: "PUT", ...mark("publicAccessBlock"), body: unknown });

    assert.equal(told(answer), "400 MalformedXML");
    assert.equal(await isBlocked(), "false");
  });

  for (const [method, name] of [
    ["PUT", "publicAccessBlock"],
    ["GET", "publicAccessBlock"],
    ["DELETE", "publicAccessBlock"],
    ["GET", "policyStatus"],
  ] as const) {
    it(`has nothing to ${method} of ${name} when it is not there`, async () => {
      const answer = await send({
        method,
        bucket: "nowhere",
        ...mark(name),
        body: method === "PUT" ? blockDocument("true") : "",
      });

      assert.equal(told(answer), "404 NoSuchBucket");
    });
  }

  it("tells whether its policy is public, blocked or not", async () => {
    assert.equal(await isPublic(), "false");
    await setPolicy(NARROW_POLICY);
    assert.equal(await isPublic(), "false");
    await setPolicy(PUBLIC_POLICY);
    assert.equal(await isPublic(), "true");
    await block();
    assert.equal(await isPublic(), "true");
  });

  it("lets nobody in by a public ACL of its own, until the block goes", async () => {
    await setAcl("public-read-write");
    assert.deepEqual([await anybody(), await anybody({ key: KEY })], ["200", "200"]);

    await block();

    assert.deepEqual(
      [await anybody(), await anybody({ key: KEY })],
      ["403 AccessDenied", "403 AccessDenied"],
    );
    assert.equal(await anybody({ method: "PUT", key: KEY, body: "new" }), "403 AccessDenied");
    assert.equal(await anybody({ method: "DELETE", key: KEY }), "403 AccessDenied");
    assert.equal(await anybody({ method: "HEAD", key: KEY }), "403");
    assert.equal((await send({ key: KEY })).text, "k");
    await unblock();
    assert.deepEqual([await anybody(), await anybody({ key: KEY })], ["200", "200"]);
  });

  it("lets nobody in by a public ACL of an object, a link to it, or as the source of a copy", async () => {
    await send({
      method: "PUT",
      key: "link",
      ...mark("symlink"),
      headers: { "x-oss-symlink-target": OPEN_KEY, "x-oss-object-acl": "public-read" },
    });
    await send({ method: "PUT", bucket: "copies", headers: { "x-oss-acl": "public-read-write" } });
    const copy = () =>
      anybody({
        method: "PUT",
        bucket: "copies",
        key: "c",
        headers: { "x-oss-copy-source": `/${testBucket}/${OPEN_KEY}` },
      });
    const all = async () => [await anybody({ key: OPEN_KEY }), await anybody({ key: "link" }), await copy()];
    assert.deepEqual(await all(), ["200", "200", "200"]);

    await block();

    assert.deepEqual(await all(), ["403 AccessDenied", "403 AccessDenied", "403 AccessDenied"]);
    await block("false");
    assert.deepEqual(await all(), ["200", "200", "200"]);
  });

  it("lets nobody in by a public statement of its policy, and whom the others mean all the same", async () => {
    await setPolicy(PUBLIC_POLICY);
    assert.equal(await anybody({ key: KEY }), "200");

    await block();
    assert.equal(await anybody({ key: KEY }), "403 AccessDenied");
    await setPolicy(NARROW_POLICY);
    assert.equal(await anybody({ key: KEY }), "200");
    assert.equal(await anybody({ method: "PUT", key: KEY, body: "new" }), "403 AccessDenied");
  });

  it("forbids all the same what its policy forbids to everybody", async () => {
    const condition = { ...EVERYBODY, Condition: { Bool: { "acs:SecureTransport": "false" } } };
    await setPolicy(policyText(deny("oss:GetObject", "*", condition)));

    await block();

    assert.equal(told(await send({ key: KEY })), "403 AccessDenied");
  });

  it("takes no public ACL, and says so", async () => {
    await block();

    assert.equal(outcome(await setAcl("public-read")), MADE_PUBLIC.bucket);
    assert.equal(outcome(await setAcl("public-read-write")), MADE_PUBLIC.bucket);
    assert.equal(
      outcome(await send({ method: "PUT", headers: { "x-oss-acl": "public-read" } })),
      MADE_PUBLIC.bucket,
    );
    assert.equal((await setAcl("private")).status, 200);
    assert.equal((await send({ method: "PUT" })).status, 200);
    assert.equal((await send(mark("acl"))).element("Grant"), "private");
  });

  for (const [what, request] of [
    ["PutObjectAcl", { method: "PUT", ...mark("acl") }],
    ["PutObject", { method: "PUT", body: "new" }],
    ["CopyObject", { method: "PUT", headers: { "x-oss-copy-source": `/${testBucket}/${OPEN_KEY}` } }],
    ["PutSymlink", { method: "PUT", ...mark("symlink"), headers: { "x-oss-symlink-target": OPEN_KEY } }],
    [
      "AppendObject",
      {
        method: "POST",
        key: "appended",
        body: "new",
        query: [
          ["append", ""],
          ["position", "0"],
        ],
      },
    ],
    ["InitiateMultipartUpload", { method: "POST", ...mark("uploads") }],
  ] as const satisfies readonly (readonly [string, TestRequest])[]) {
    it(`takes no public ACL of an object by ${what}, but a private one`, async () => {
      await block();
      const withAcl = (acl: string) =>
        send({
          key: KEY,
          ...request,
          headers: { ...("headers" in request ? request.headers : {}), "x-oss-object-acl": acl },
        });

      for (const acl of ["public-read", "public-read-write"]) {
        assert.equal(outcome(await withAcl(acl)), MADE_PUBLIC.object);
      }
      assert.equal((await send({ key: KEY })).text, "k");
      assert.equal((await withAcl("private")).status, 200);
    });
  }

  it("takes no public ACL of an object at the completion of an upload", async () => {
    const uploadId = await service().initiate(KEY);
    const etag = await service().putPart(KEY, uploadId, 1, "new");
    await block();

    const answer = await send({
      ...{ method: "POST", key: KEY, query: [["uploadId", uploadId]], body: completionDocument([[1, etag]]) },
      headers: { "x-oss-object-acl": "public-read" },
    });

    assert.equal(outcome(answer), MADE_PUBLIC.object);
    assert.equal((await service().complete(KEY, uploadId, [[1, etag]])).status, 200);
  });

  it("takes no public ACL of an object in a form", async () => {
    await setPolicy(NARROW_POLICY.replace("oss:GetObject", "oss:*"));
    await block();
    const post = (acl: string) =>
      send({ method: "POST", isAnonymous: true, headers: FORM_TYPE, body: formWith(acl) });

    assert.equal(outcome(await post("public-read")), MADE_PUBLIC.object);
    assert.equal((await post("private")).status, 204);
  });

  it("takes no public policy, and keeps the one that it has", async () => {
    await setPolicy(NARROW_POLICY);
    await block();

    assert.equal(outcome(await setPolicy(PUBLIC_POLICY)), MADE_PUBLIC.policy);

    assert.equal((await send(mark("policy"))).text, NARROW_POLICY);
    assert.equal((await setPolicy(policyText(allow("oss:*", "*", { Principal: ["2001"] })))).status, 200);
  });

  it("leaves other buckets as they are", async () => {
    await send({ method: "PUT", bucket: "still-open", headers: { "x-oss-acl": "public-read" } });
    await send({ method: "PUT", bucket: "still-open", key: KEY, body: "k" });
    await block();

    assert.equal(await anybody({ bucket: "still-open", key: KEY }), "200");
    assert.equal(
      (
        await send({
          method: "PUT",
          bucket: "still-open",
          key: KEY,
          headers: { "x-oss-object-acl": "public-read" },
        })
      ).status,
      200,
    );
  });

  it("is no access point, and does not pass for one", async () => {
    const query = [
      ["publicAccessBlock", ""],
      ["x-oss-access-point-name", "a"],
    ] as const;

    assert.equal(
      told(await send({ method: "PUT", query, body: blockDocument("true") })),
      "400 NotImplemented",
    );
    assert.equal(told(await send({ query })), "400 NotImplemented");
    assert.equal(await isBlocked(), "false");
  });
});

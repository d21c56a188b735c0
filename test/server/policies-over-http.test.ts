// What policies say about a request, over real connections: where it comes from, what it lists, and what it touches besides
// the object that it names.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Query } from "../../src/protocol/http-message.ts";
import { fixedCredentials, type HeldCredentials } from "../../src/server/index.ts";
import { allow, deny, namedPolicy, policyText, type StatementWords } from "./policy/policy-documents.ts";
import {
  md5Base64,
  startTestServer,
  type TestRequest,
  type TestServer,
  testCredentials,
} from "./test-server.ts";

const BUCKET = "test-bucket";
const IN_BUCKET = `acs:oss:*:*:${BUCKET}`;

describe("a user's policy", () => {
  let service: TestServer;
  const held: HeldCredentials[] = [testCredentials];
  before(async () => {
    service = await startTestServer({ credentials: { find: (id) => fixedCredentials(held).find(id) } });
    for (const key of ["in/a", "in/b", "out/a"]) {
      await service.send({ method: "PUT", key, body: key });
    }
  });
  after(() => service[Symbol.asyncDispose]());

  /** The answers to a user with these statements: a code, or the status. */
  function asUser(...statements: readonly StatementWords[]) {
    const policies = [namedPolicy("own", "identity", ...statements)];
    const credentials: HeldCredentials = {
      ...{ accessKeyId: `id-${held.length}`, accessKeySecret: "secret" },
      holder: { kind: "user", id: "2001", name: "user", names: ["2001"], policies },
    };
    held.push(credentials);
    return async (request: TestRequest): Promise<string | number> => {
      const response = await service.send({ ...request, credentials });
      return response.element("Code") ?? response.status;
    };
  }

  it("may count on the address of the connection, and on no header", async () => {
    const here = asUser(allow("oss:*", "*", { Condition: { IpAddress: { "acs:SourceIp": "127.0.0.0/8" } } }));
    const elsewhere = asUser(
      allow("oss:*", "*", { Condition: { IpAddress: { "acs:SourceIp": "192.0.2.0/24" } } }),
    );
    const headers = { "x-forwarded-for": "192.0.2.7", "x-real-ip": "192.0.2.7" };

    assert.equal(await here({ key: "in/a" }), 200);
    assert.equal(await elsewhere({ key: "in/a", headers }), "AccessDenied");
  });

  it("may count on the connection's encryption, and on no header", async () => {
    const secure = asUser(
      allow("oss:*"),
      deny("oss:*", "*", { Condition: { Bool: { "acs:SecureTransport": "false" } } }),
    );

    assert.equal(await secure({ key: "in/a", headers: { "x-forwarded-proto": "https" } }), "AccessDenied");
  });

  it("lets a user list one folder alone", async () => {
    const condition = { StringLike: { "oss:Prefix": ["in/*"] }, StringEquals: { "oss:Delimiter": "/" } };
    const list = asUser(allow("oss:ListObjects", IN_BUCKET, { Condition: condition }));
    const ask = (...query: Query) => list({ query });

    assert.equal(await ask(["prefix", "in/"], ["delimiter", "/"]), 200);
    assert.equal(await ask(["prefix", "in/"], ["delimiter", "/"], ["list-type", "2"]), 200);
    assert.equal(await ask(["prefix", "in/"]), "AccessDenied");
    assert.equal(await ask(["prefix", "out/"], ["delimiter", "/"]), "AccessDenied");
    assert.equal(await ask(["prefix", "out/"], ["prefix", "in/"], ["delimiter", "/"]), "AccessDenied");
    assert.equal(await ask(["delimiter", "/"]), "AccessDenied");
  });

  it("lets a user make no object public", async () => {
    const condition = { StringNotEquals: { "oss:x-oss-object-acl": ["private", "default"] } };
    const put = asUser(allow("oss:*"), deny("oss:PutObjectAcl", "*", { Condition: condition }));
    const withAcl = (acl: string) =>
      put({ method: "PUT", key: "in/acl", headers: { "x-oss-object-acl": acl } });

    assert.equal(await withAcl("private"), 200);
    assert.equal(await withAcl("public-read"), "AccessDenied");
  });

  it("is asked about what a link leads to", async () => {
    const link = (target: string): TestRequest => ({
      ...{ method: "PUT", key: "in/link", query: [["symlink", ""]] },
      headers: { "x-oss-symlink-target": target },
    });
    const read = asUser(allow("oss:GetObject", `${IN_BUCKET}/in/*`));

    await service.send(link("in/a"));
    assert.equal(await read({ key: "in/link" }), 200);
    await service.send(link("out/a"));
    assert.equal(await read({ key: "in/link" }), "AccessDenied");
  });

  it("is asked about tags and old versions by permissions of their own", async () => {
    const write = asUser(allow("oss:PutObject"), allow("oss:GetObject"));

    assert.equal(await write({ method: "PUT", key: "in/tags" }), 200);
    assert.equal(
      await write({ method: "PUT", key: "in/tags", headers: { "x-oss-tagging": "a=b" } }),
      "AccessDenied",
    );
    assert.equal(await write({ key: "in/tags" }), 200);
    assert.equal(await write({ key: "in/tags", query: [["versionId", "null"]] }), "AccessDenied");
  });

  it("saves all objects of a deletion of which one may not be deleted", async () => {
    const remove = asUser(allow("oss:DeleteObject", `${IN_BUCKET}/in/*`));
    const deleteAll = (...keys: readonly string[]) => {
      const objects = keys.map((key) => `<Object><Key>${key}</Key></Object>`);
      const body = `<Delete>${objects.join("")}</Delete>`;
      return remove({
        method: "POST",
        query: [["delete", ""]],
        body,
        headers: { "content-md5": md5Base64(body) },
      });
    };

    assert.equal(await deleteAll("in/b", "out/a"), "AccessDenied");
    assert.equal((await service.send({ method: "HEAD", key: "in/b" })).status, 200);
    assert.equal(await deleteAll("in/b"), 200);
    assert.equal((await service.send({ method: "HEAD", key: "in/b" })).status, 404);
  });

  it("says the same of what is there and what is not", async () => {
    const nothing = asUser(allow("oss:X"));
    const answers = await Promise.all(
      ["in/a", "missing"].map(async (key) => {
        const response = await service.send({ key, credentials: held.at(-1) ?? testCredentials });
        return response.element("Message");
      }),
    );

    assert.equal(await nothing({ key: "missing" }), "AccessDenied");
    assert.deepEqual(new Set(answers).size, 1);
  });
});

describe("a bucket's policy", () => {
  const bucket = "ruled";
  const policy = { method: "PUT", bucket, query: [["policy", ""]] } as const;

  it("is refused when it says what nobody here understands, with all that is wrong", async () => {
    await using service = await startTestServer();
    await service.send({ method: "PUT", bucket });
    const body = policyText(
      allow("oss:*", "*", { Condition: { StringEquals: { "acs:SourceVpc": "vpc-1" } } }),
    );

    const response = await service.send({ ...policy, body });

    assert.equal(response.element("Code"), "InvalidPolicyDocument");
    assert.match(
      response.element("Message") ?? "",
      /^statement 1: Condition\.StringEquals\.acs:SourceVpc is no condition key /,
    );
  });

  it("that was stored before anybody read it shuts out strangers, and not the account", async () => {
    await using service = await startTestServer();
    await service.send({ method: "PUT", bucket, headers: { "x-oss-acl": "public-read" } });
    await service.send({ method: "PUT", bucket, key: "a", body: "a" });
    const read = (isAnonymous: boolean) =>
      service.send({ bucket, key: "a", ...(isAnonymous ? ({ isAnonymous: true } as const) : {}) });
    assert.equal((await read(true)).status, 200);

    await service.store.metadata.updateBucket(bucket, { configurations: { policy: JSON.stringify("{}") } });

    assert.equal((await read(true)).element("Code"), "AccessDenied");
    assert.equal((await read(false)).status, 200);
  });

  it("grants to strangers, and is taken back", async () => {
    await using service = await startTestServer();
    await service.send({ method: "PUT", bucket });
    await service.send({ method: "PUT", bucket, key: "site/a", body: "a" });
    const body = policyText(allow("oss:GetObject", `acs:oss:*:*:${bucket}/site/*`, { Principal: ["*"] }));
    const read = async (key: string) => (await service.send({ bucket, key, isAnonymous: true })).status;

    assert.equal(await read("site/a"), 403);
    assert.equal((await service.send({ ...policy, body })).status, 200);
    assert.deepEqual([await read("site/a"), await read("other")], [200, 403]);
    await service.send({ ...policy, method: "DELETE" });
    assert.equal(await read("site/a"), 403);
  });
});

// How many uploads one holder of keys may have open, over real connections.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { makeTestIdentities, type TestIdentities } from "./identity/test-identities.ts";
import { allow } from "./policy/policy-documents.ts";
import { startTestServer, type TestServer, testBucket } from "./test-server.ts";

describe("the limit of open uploads", () => {
  let service: TestServer;
  let identities: TestIdentities;
  before(async () => {
    identities = await makeTestIdentities();
    service = await startTestServer({ credentials: identities.store, openUploadCountMax: 2 });
  });
  after(async () => {
    await service[Symbol.asyncDispose]();
    await identities[Symbol.asyncDispose]();
  });

  it("holds for all keys of a user together, and for that user alone", async () => {
    const alice = identities.addUser("alice", allow("oss:*"));
    const second = identities.addKey("alice");
    const bob = identities.addUser("bob", allow("oss:*"));
    const begin = (credentials: typeof second, key: string) =>
      service.send({ method: "POST", key, query: [["uploads", ""]], credentials });
    const first = await begin(alice, "a");
    await begin(second, "b");

    const refused = await begin(second, "c");

    assert.equal(refused.status, 400);
    assert.equal(refused.element("Code"), "TooManyMultipartUploads");
    assert.equal(refused.element("MaxOpenUploads"), "2");
    assert.match(refused.element("Message") ?? "", /complete some, or abort them/);
    assert.equal((await begin(bob, "c")).status, 200);

    const uploadId = first.element("UploadId") ?? "";
    await service.send({ method: "DELETE", key: "a", query: [["uploadId", uploadId]], credentials: bob });

    assert.equal((await begin(alice, "c")).status, 200);
  });

  it("holds for those without a key together", async () => {
    await service.store.metadata.updateBucket(testBucket, { acl: "public-read-write" });
    const begin = async (key: string) => {
      const query = [["uploads", ""]] as const;
      return (await service.send({ method: "POST", key, query, isAnonymous: true })).status;
    };

    assert.deepEqual([await begin("x"), await begin("y"), await begin("z")], [200, 200, 400]);
  });
});

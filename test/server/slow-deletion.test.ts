// A deletion of many objects names them in its body, which may come slowly: what was forbidden meanwhile is not deleted.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { attachPolicy, detachPolicy } from "../../src/server/identity/edit-identities.ts";
import type { Identities } from "../../src/server/identity/identities.ts";
import { makeTestIdentities } from "./identity/test-identities.ts";
import { allow, policyText } from "./policy/policy-documents.ts";
import { openConnection, signedHead } from "./raw-connection.ts";
import { md5Base64, startTestServer, testBucket } from "./test-server.ts";

const KEPT = "kept";
const DOCUMENT = `<Delete><Object><Key>${KEPT}</Key></Object></Delete>`;
const ALICE = { list: "users", name: "alice" } as const;
const DENIAL = {
  name: "denial",
  text: policyText({ Effect: "Deny", Action: "oss:DeleteObject", Resource: "*" }),
};

const CHANGES: readonly (readonly [what: string, change: (identities: Identities) => Identities])[] = [
  ["a policy of the user denies it", (identities) => attachPolicy(identities, ALICE, DENIAL)],
  ["the user's policy is taken away", (identities) => detachPolicy(identities, ALICE, "policy-of-alice")],
];

describe("a slow deletion of many objects", () => {
  for (const [what, change] of CHANGES) {
    it(`deletes nothing when ${what} while its body comes`, async () => {
      await using identities = await makeTestIdentities();
      await using service = await startTestServer({ credentials: identities.store });
      const user = identities.addUser("alice", allow("oss:*"));
      await service.send({ method: "PUT", key: KEPT, body: "kept", credentials: user });
      const headers = { "content-md5": md5Base64(DOCUMENT) };
      const request = { method: "POST", query: [["delete", ""]], credentials: user, headers } as const;
      const more = [`content-length: ${DOCUMENT.length}`, "expect: 100-continue", "connection: close"];
      const head = await signedHead(service, `/${testBucket}/?delete`, request, more);
      using connection = openConnection(service);

      connection.socket.write(head);
      await connection.until("100 Continue");
      identities.change(change);
      connection.socket.write(DOCUMENT);

      assert.match(await connection.until("</Error>"), /HTTP\/1\.1 403 .*<Code>AccessDenied<\/Code>/s);
      assert.ok(await service.store.metadata.getObject({ bucket: testBucket, key: KEPT }));
    });
  }

  it("deletes nothing when the bucket's policy denies it to everybody while its body comes", async () => {
    await using service = await startTestServer();
    const policyOf = (Effect: string) =>
      policyText({ Effect, Principal: ["*"], Action: "oss:DeleteObject", Resource: "*" });
    const setPolicy = (Effect: string) =>
      service.send({ method: "PUT", query: [["policy", ""]], body: policyOf(Effect) });
    await service.send({ method: "PUT", key: KEPT, body: "kept" });
    assert.equal((await setPolicy("Allow")).status, 200);
    using connection = openConnection(service);

    connection.socket.write(
      `POST /${testBucket}/?delete HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-MD5: ${md5Base64(DOCUMENT)}\r\n` +
        `Content-Length: ${DOCUMENT.length}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`,
    );
    await connection.until("100 Continue");
    assert.equal((await setPolicy("Deny")).status, 200);
    connection.socket.write(DOCUMENT);

    assert.match(await connection.until("</Error>"), /HTTP\/1\.1 403 .*<Code>AccessDenied<\/Code>/s);
    assert.ok(await service.store.metadata.getObject({ bucket: testBucket, key: KEPT }));
  });
});

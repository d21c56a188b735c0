// Keys and users that change while a body comes, through both doors: nothing that came may be published.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Credentials } from "../../src/protocol/signing/credentials.ts";
import {
  attachPolicy,
  detachPolicy,
  removeIdentity,
  rotateAccessKey,
  setAccessKeyEnabled,
} from "../../src/server/identity/edit-identities.ts";
import { type Identities, ROOT_NAME } from "../../src/server/identity/identities.ts";
import { openIdentities } from "../../src/server/identity/identity-file.ts";
import { newAccessKey } from "../../src/server/identity/new-access-key.ts";
import { temporaryCredentials, withTemporaryCredentials } from "../../src/server/index.ts";
import { openMemoryStore } from "../../src/storage/index.ts";
import { makeTestIdentities, type TestIdentities } from "./identity/test-identities.ts";
import { allow, policyText } from "./policy/policy-documents.ts";
import { openConnection, signedHead } from "./raw-connection.ts";
import { partQuery, startTestServer, type TestRequest, type TestServer, testBucket } from "./test-server.ts";

const BODY = "0123456789";
const DENIAL = { name: "denial", text: policyText({ Effect: "Deny", Action: "oss:*", Resource: "*" }) };

const ALICE = { list: "users", name: "alice" } as const;

/** What the operator does while the body comes, and what the sender is told then. */
const CHANGES: readonly (readonly [
  what: string,
  change: (identities: Identities, user: Credentials, world: World) => Identities,
  code: string,
])[] = [
  [
    "the key is disabled",
    (identities, { accessKeyId: id }) =>
      setAccessKeyEnabled(identities, { holder: "alice", id, isEnabled: false }),
    "InvalidAccessKeyId",
  ],
  ["the user is deleted", (identities) => removeIdentity(identities, "users", "alice"), "InvalidAccessKeyId"],
  [
    "the key is rotated",
    (identities, _user, { rotatedKey }) => rotateAccessKey(identities, "alice", { key: rotatedKey }),
    "InvalidAccessKeyId",
  ],
  [
    "the user's policy is taken away",
    (identities) => detachPolicy(identities, ALICE, "policy-of-alice"),
    "AccessDenied",
  ],
  ["a policy denies it", (identities) => attachPolicy(identities, ALICE, DENIAL), "AccessDenied"],
];

for (const door of ["fast", "http"] as const) {
  describe(`a body through the ${door} door`, () => {
    for (const [what, change, code] of CHANGES) {
      it(`is refused, as an object and as a part, when ${what} while it comes`, async () => {
        await using world = await openWorld(door);
        const { service, identities } = world;
        const user = identities.addUser("alice", allow("oss:*"));
        const uploadId = await world.initiate(user);
        const part = partQuery(uploadId, "1");
        const answers = [
          await world.begin({ method: "PUT", key: "object", credentials: user }),
          await world.begin({ method: "PUT", key: "parts", query: part, credentials: user }),
        ];

        identities.change((before) => change(before, user, world));

        for (const finish of answers) {
          assert.match(await finish(), new RegExp(`HTTP/1\\.1 403 .*<Code>${code}</Code>`, "s"));
        }
        const { metadata } = service.store;
        assert.equal(await metadata.getObject({ bucket: testBucket, key: "object" }), undefined);
        const upload = { bucket: testBucket, key: "parts", uploadId };
        assert.deepEqual((await metadata.listParts(upload, { afterPartNumber: 0, limit: 1 })).parts, []);
      });
    }

    it("is refused when the account's own key is disabled, or that of whoever gave out a token", async () => {
      await using world = await openWorld(door);
      const { identities } = world;
      const root = identities.rootKey;
      const options = { expiresInSeconds: 900, now: Date.now(), nonce: "0123456789abcdef" };
      const answers = [
        await world.begin({ method: "PUT", key: "object", credentials: root }),
        await world.begin({
          ...{ method: "PUT", key: "other" },
          credentials: temporaryCredentials({ ...options, issuer: root }),
        }),
      ];

      identities.change((before) =>
        setAccessKeyEnabled(before, { holder: ROOT_NAME, id: root.accessKeyId, isEnabled: false }),
      );

      const [byKey, byToken] = await Promise.all(answers.map((finish) => finish()));
      assert.match(byKey ?? "", /HTTP\/1\.1 403 .*<Code>InvalidAccessKeyId<\/Code>/s);
      assert.match(byToken ?? "", /HTTP\/1\.1 403 .*<Code>InvalidSecurityToken<\/Code>/s);
    });

    it("is taken when the token expires while it comes: it was good when the request was signed", async () => {
      const clock = { nowMs: Date.now() };
      await using world = await openWorld(door, () => clock.nowMs);
      const { identities } = world;
      const issuer = identities.rootKey;
      const token = { issuer, expiresInSeconds: 900, now: clock.nowMs, nonce: "0123456789abcdef" };
      const finish = await world.begin({
        ...{ method: "PUT", key: "object" },
        credentials: temporaryCredentials(token),
      });

      clock.nowMs += 901_000;

      assert.match(await finish(), /HTTP\/1\.1 200 /);
    });

    it("of the account is refused when the bucket's policy denies it while it comes, a second later", async () => {
      const clock = { nowMs: Date.now() };
      await using world = await openWorld(door, () => clock.nowMs);
      const { identities, service } = world;
      const credentials = identities.rootKey;
      const finish = await world.begin({ method: "PUT", key: "object", credentials });

      const denial = { Effect: "Deny", Principal: ["partwise"], Action: "oss:PutObject", Resource: "*" };
      const body = policyText(denial);
      const denied = await service.send({ method: "PUT", query: [["policy", ""]], body, credentials });
      assert.equal(denied.status, 200);
      clock.nowMs += 1_000;

      assert.match(await finish(), /HTTP\/1\.1 403 .*<Code>AccessDenied<\/Code>/s);
      assert.equal(await service.store.metadata.getObject({ bucket: testBucket, key: "object" }), undefined);
    });

    it("is taken when another key changes while it comes", async () => {
      await using world = await openWorld(door);
      const { identities, service } = world;
      const user = identities.addUser("alice", allow("oss:*"));
      const { accessKeyId: id } = identities.addKey("alice");
      const finish = await world.begin({ method: "PUT", key: "object", credentials: user });

      identities.change((before) => setAccessKeyEnabled(before, { holder: "alice", id, isEnabled: false }));

      assert.match(await finish(), /HTTP\/1\.1 200 /);
      assert.equal((await service.send({ key: "object", credentials: user })).text, BODY);
    });
  });
}

interface World extends AsyncDisposable {
  readonly service: TestServer;
  readonly identities: TestIdentities;
  readonly rotatedKey: ReturnType<typeof newAccessKey>["accessKey"];
  initiate(credentials: Credentials): Promise<string>;
  /** Sends all but the last bytes of a body. Resolves when the server has let it in; what it gives sends the rest. */
  begin(request: TestRequest & { readonly key: string }): Promise<() => Promise<string>>;
}

async function openWorld(door: "fast" | "http", now: () => number = Date.now): Promise<World> {
  const resources = new AsyncDisposableStack();
  const identities = resources.use(await makeTestIdentities());
  const store = await openMemoryStore();
  const create = store.blobs.create.bind(store.blobs);
  let letIn: () => void = () => undefined;
  Object.assign(store.blobs, {
    create: (...declared: Parameters<typeof create>) => {
      letIn();
      return create(...declared);
    },
  });
  const credentials = withTemporaryCredentials(identities.store);
  const service = resources.use(await startTestServer({ store, door, credentials, now }));
  return {
    service,
    identities,
    rotatedKey: newAccessKey(openIdentities({ folder: identities.folder }).key, Date.now()).accessKey,
    async initiate(user) {
      const begun = await service.send({
        ...{ method: "POST", key: "parts", query: [["uploads", ""]] },
        credentials: user,
      });
      return begun.element("UploadId") ?? "";
    },
    async begin(request) {
      const isLetIn = new Promise<void>((resolve) => {
        letIn = resolve;
      });
      const connection = resources.use(openConnection(service));
      const query = new URLSearchParams([...(request.query ?? [])].map(([name, value]) => [name, value]));
      const target = `/${testBucket}/${request.key}${query.size === 0 ? "" : `?${query}`}`;
      const head = await signedHead(service, target, request, [`content-length: ${BODY.length}`]);
      connection.socket.write(head + BODY.slice(0, 4));
      await isLetIn;
      return async () => {
        connection.socket.write(BODY.slice(4));
        const head = await connection.until("\r\n\r\n");
        return head.includes(" 403 ") && !head.includes("</Error>") ? connection.until("</Error>") : head;
      };
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fixedCredentials, temporaryCredentials, withTemporaryCredentials } from "../../src/server/index.ts";
import { startTestServer, type TestServer, testCredentials } from "./test-server.ts";

const START_MS = Date.parse("2026-01-02T03:04:05.678Z");
const NONCE = "0123456789abcdef";
const LIFE_SECONDS = 900;

function issue(options: Partial<Parameters<typeof temporaryCredentials>[0]> = {}) {
  return temporaryCredentials({
    issuer: testCredentials,
    expiresInSeconds: LIFE_SECONDS,
    now: START_MS,
    nonce: NONCE,
    ...options,
  });
}

describe("temporaryCredentials()", () => {
  it("differ with the nonce, the moment and the issuer", () => {
    const all = [
      issue(),
      issue({ nonce: "fedcba9876543210" }),
      issue({ now: START_MS + 1000 }),
      issue({ issuer: { accessKeyId: "another", accessKeySecret: testCredentials.accessKeySecret } }),
      issue({ issuer: { accessKeyId: testCredentials.accessKeyId, accessKeySecret: "another" } }),
    ];

    for (const property of ["accessKeyId", "accessKeySecret", "securityToken"] as const) {
      assert.equal(new Set(all.map((credentials) => credentials[property])).size, all.length);
    }
  });

  it("end in whole seconds", () => {
    assert.equal(issue().expiresAtMs, Date.parse("2026-01-02T03:19:05Z"));
  });

  it("are refused for more than 12 hours, for none, and to a temporary key", () => {
    issue({ expiresInSeconds: 43_200 });
    for (const expiresInSeconds of [0, 43_201, 1.5, Number.NaN]) {
      assert.throws(() => issue({ expiresInSeconds }), RangeError);
    }
    assert.throws(() => issue({ issuer: issue() }), TypeError);
  });
});

describe("withTemporaryCredentials()", () => {
  const store = withTemporaryCredentials(fixedCredentials([testCredentials]));

  it("finds a temporary key by its token, and lasting keys as before", () => {
    const temporary = issue();

    assert.deepEqual(store.find(temporary.accessKeyId, temporary.securityToken), temporary);
    assert.deepEqual(store.find("test-id"), testCredentials);
    assert.equal(store.find(temporary.accessKeyId), undefined);
  });

  it("does not know a token that was changed anywhere, or whose issuer is another", () => {
    const { accessKeyId, securityToken } = issue();
    const stranger = issue({ issuer: { accessKeyId: "test-id", accessKeySecret: "guessed" } });

    for (let index = 0; index < securityToken.length; index += 1) {
      const other = securityToken[index] === "1" ? "2" : "1";
      const forged = securityToken.slice(0, index) + other + securityToken.slice(index + 1);
      assert.equal(store.find(accessKeyId, forged), undefined, forged);
    }
    assert.equal(store.find(stranger.accessKeyId, stranger.securityToken), undefined);
  });
});

describe("a server with temporary keys", () => {
  async function start(
    resources: AsyncDisposableStack,
  ): Promise<{ service: TestServer; clock: { ms: number } }> {
    const clock = { ms: START_MS };
    const credentials = withTemporaryCredentials(fixedCredentials([testCredentials]));
    const service = resources.use(await startTestServer({ credentials, now: () => clock.ms }));
    return { service, clock };
  }

  it("lets one in until it ends", async () => {
    await using resources = new AsyncDisposableStack();
    const { service, clock } = await start(resources);
    const list = () => service.send({ credentials: issue(), time: new Date(clock.ms) });

    assert.equal((await list()).status, 200);
    clock.ms = START_MS - 678 + LIFE_SECONDS * 1000 - 1;
    assert.equal((await list()).status, 200);
    clock.ms += 1;
    const late = await list();
    assert.equal(late.status, 403);
    assert.equal(late.element("Code"), "SecurityTokenExpired");
  });

  for (const [name, credentials, code] of [
    ["a forged token", { ...issue(), securityToken: `${issue().securityToken}x` }, "InvalidSecurityToken"],
    [
      "a token of another key",
      { ...issue(), accessKeyId: "STS.other" },
      "AccessKeyIdAndSecurityTokenNotMatch",
    ],
    [
      "a temporary token with a lasting key",
      { ...testCredentials, securityToken: issue().securityToken },
      "AccessKeyIdAndSecurityTokenNotMatch",
    ],
    ["a lasting key with a token", { ...testCredentials, securityToken: "any" }, "InvalidSecurityToken"],
    [
      "a temporary key without its token",
      { accessKeyId: issue().accessKeyId, accessKeySecret: issue().accessKeySecret },
      "InvalidAccessKeyId",
    ],
    ["the wrong secret", { ...issue(), accessKeySecret: "guessed" }, "SignatureDoesNotMatch"],
  ] as const) {
    it(`refuses ${name} with ${code}`, async () => {
      await using resources = new AsyncDisposableStack();
      const { service } = await start(resources);

      const response = await service.send({ credentials, time: new Date(START_MS) });

      assert.equal(response.status, 403);
      assert.equal(response.element("Code"), code);
    });
  }
});

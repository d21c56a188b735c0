import { deepEqual, equal, match, ok, rejects, throws } from "node:assert/strict";
import { describe, it } from "node:test";
import { ClientError } from "../../src/client/client-error.ts";
import { createCredentialsSource, type TemporaryCredentials } from "../../src/client/credentials-source.ts";

const NOW = 1_700_000_000_000;

function countingAuth(expiration?: Date) {
  const calls = { count: 0 };
  const auth = async (): Promise<TemporaryCredentials> => {
    calls.count += 1;
    const key = { accessKeyId: `id-${calls.count}`, accessKeySecret: "secret", securityToken: "token" };
    return expiration === undefined ? key : { ...key, expiration };
  };
  return { auth, calls };
}

describe("createCredentialsSource()", () => {
  it("gives a fixed key as it is", async () => {
    const key = { accessKeyId: "id", accessKeySecret: "secret" };
    const source = createCredentialsSource(key, () => NOW);

    deepEqual(await source.current(), key);
    equal(source.forget(key), false);
  });

  it("asks once for many requests at the same time", async () => {
    const { auth, calls } = countingAuth();
    const source = createCredentialsSource(auth, () => NOW);

    const keys = await Promise.all([source.current(), source.current(), source.current()]);

    equal(calls.count, 1);
    deepEqual(new Set(keys.map(({ accessKeyId }) => accessKeyId)), new Set(["id-1"]));
  });

  it("asks again for every request when the key has no end", async () => {
    const { auth, calls } = countingAuth();
    const source = createCredentialsSource(auth, () => NOW);

    await source.current();
    await source.current();

    equal(calls.count, 2);
  });

  it("keeps a temporary key until a minute before its end", async () => {
    let now = NOW;
    const { auth, calls } = countingAuth(new Date(NOW + 3_600_000));
    const source = createCredentialsSource(auth, () => now);

    await source.current();
    now = NOW + 3_539_999;
    await source.current();
    equal(calls.count, 1);

    now = NOW + 3_540_000;
    await source.current();
    equal(calls.count, 2);
  });

  it("asks again after a failure, and after forgetting", async () => {
    const { auth, calls } = countingAuth(new Date(NOW + 3_600_000));
    let isBroken = true;
    const source = createCredentialsSource(
      () => (isBroken ? Promise.reject(new Error("STS is down")) : auth()),
      () => NOW,
    );

    await rejects(source.current(), (error) => {
      ok(error instanceof ClientError);
      deepEqual([error.code, error.retryable], ["credentials-unavailable", true]);
      match(error.message, /STS is down/);
      return true;
    });
    isBroken = false;
    equal(source.forget(await source.current()), true);
    await source.current();

    equal(calls.count, 2);
  });

  it("asks once for all requests that fail with the same old key", async () => {
    const { auth, calls } = countingAuth(new Date(NOW + 3_600_000));
    const source = createCredentialsSource(auth, () => NOW);
    const old = await source.current();

    equal(source.forget(old), true);
    const renewed = await source.current();
    equal(source.forget(old), true);

    deepEqual(await source.current(), renewed);
    equal(calls.count, 2);
  });

  it("refuses what are no credentials", async () => {
    const incomplete = { accessKeyId: "id" } as never;

    throws(() => createCredentialsSource(incomplete, () => NOW), TypeError);
    await rejects(
      createCredentialsSource(
        () => incomplete,
        () => NOW,
      ).current(),
      TypeError,
    );
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createV4KeyCache, type V4KeyName } from "../../../src/protocol/signing/v4-key-cache.ts";

const MORE_THAN_IT_HOLDS = 200;

function keyName(scope: string): V4KeyName {
  return { algorithm: "OSS4-HMAC-SHA256", secret: "secret", scope };
}

function derivation(...bytes: number[]): () => Promise<Uint8Array> {
  return async () => Uint8Array.from(bytes);
}

function noDerivation(): Promise<Uint8Array> {
  throw new Error("the key should have been cached");
}

describe("createV4KeyCache()", () => {
  it("derives a key once", async () => {
    const cache = createV4KeyCache();

    await cache.get(keyName("today"), derivation(1));

    assert.deepEqual(await cache.get(keyName("today"), noDerivation), Uint8Array.of(1));
  });

  it("keeps apart keys of other secrets, scopes and algorithms", async () => {
    const cache = createV4KeyCache();
    await cache.get(keyName("today"), derivation(1));

    const others = await Promise.all([
      cache.get({ ...keyName("today"), secret: "another" }, derivation(2)),
      cache.get(keyName("tomorrow"), derivation(3)),
      cache.get({ ...keyName("today"), algorithm: "another" }, derivation(4)),
    ]);

    assert.deepEqual(others, [Uint8Array.of(2), Uint8Array.of(3), Uint8Array.of(4)]);
  });

  it("forgets the key that was unused for longest, and keeps the one in use", async () => {
    const cache = createV4KeyCache();
    await cache.get(keyName("unused"), derivation(1));
    await cache.get(keyName("used"), derivation(2));

    for (let index = 0; index < MORE_THAN_IT_HOLDS; index += 1) {
      await cache.get(keyName(`other ${index}`), derivation(3));
      await cache.get(keyName("used"), noDerivation);
    }

    assert.deepEqual(await cache.get(keyName("unused"), derivation(4)), Uint8Array.of(4));
  });

  it("does not keep a failure", async () => {
    const cache = createV4KeyCache();

    await assert.rejects(cache.get(keyName("today"), () => Promise.reject(new Error("no crypto"))));

    assert.deepEqual(await cache.get(keyName("today"), derivation(1)), Uint8Array.of(1));
  });
});

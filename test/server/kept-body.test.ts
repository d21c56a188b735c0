// A body that has come whole stays in the receive memory until its blob is durable. Whatever becomes of it, its buffer is
// given back, and its bytes are the blob's.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { receiveMemory } from "../../src/server/receive-memory.ts";
import { type DeclaredBody, receiveObject } from "../../src/server/receive-object.ts";
import { openEmbeddedStore } from "../../src/storage/index.ts";
import { makeTemporaryFolder } from "../storage/temporary-folder.ts";

const SIZE_BYTES: number = 128 * 1024;
const BODY_COUNT = 100;
const UNLIMITED: DeclaredBody = { sizeMaxBytes: SIZE_BYTES };
const WRONG_DIGEST: DeclaredBody = { ...UNLIMITED, contentMd5: "1B2M2Y8AsgTpgAmY7PhCfg==" };

describe("receiveObject() with bodies that come whole", () => {
  it("stores each of more bodies than there are buffers, and gives all buffers back", async () => {
    await using folder = await makeTemporaryFolder();
    await using store = await openEmbeddedStore(folder.path);
    const bodies = Array.from({ length: BODY_COUNT }, () => randomBytes(SIZE_BYTES));
    const idleBefore = receiveMemory().idleCount;

    const received = await Promise.all(bodies.map((body) => receiveObject(of(body), UNLIMITED, store.blobs)));

    assert.equal(receiveMemory().idleCount, idleBefore);
    for (const [index, { blobId }] of received.entries()) {
      await using reader = await store.blobs.open(blobId);
      const target = new Uint8Array(SIZE_BYTES);
      await reader.read(0, target);
      assert.ok(bodies[index]?.equals(target));
    }
  });

  it("gives their buffers back when they are refused", async () => {
    await using folder = await makeTemporaryFolder();
    await using store = await openEmbeddedStore(folder.path);
    const body = randomBytes(SIZE_BYTES);
    const idleBefore = receiveMemory().idleCount;

    await assert.rejects(receiveObject(of(body), WRONG_DIGEST, store.blobs), { code: "InvalidDigest" });

    assert.equal(receiveMemory().idleCount, idleBefore);
  });
});

function of(body: Uint8Array) {
  return {
    sizeBytes: body.length,
    chunks: (async function* () {
      yield body;
    })(),
  };
}

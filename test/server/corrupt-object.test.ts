// What a disk has damaged is refused over HTTP: as an error, or, once the answer has begun, by a connection that breaks.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openEmbeddedStore } from "../../src/storage/index.ts";
import { makeTemporaryFolder } from "../storage/temporary-folder.ts";
import { startTestServer, type TestServer } from "./test-server.ts";

const BLOCK_BYTES = 262_144;
const LARGE_BYTES = 8 * BLOCK_BYTES + 5;
const SMALL_BYTES = 3_000;
/** The head of a segment and the head of its first record. */
const HEADS_BYTES = 128;

describe("an object with a bit that flipped on the disk", () => {
  it("is never given out with it, and without it wherever a range leaves it out", async () => {
    await using folder = await makeTemporaryFolder();
    await using store = await openEmbeddedStore(folder.path, { collectEveryMs: "never" });
    const failures: string[] = [];
    await using server = await startTestServer({
      store,
      reportFailure: (failure) => void failures.push(String(failure)),
    });
    const [large, small] = [randomBytes(LARGE_BYTES), randomBytes(SMALL_BYTES)];
    await server.send({ method: "PUT", key: "large", body: large });
    await server.send({ method: "PUT", key: "small", body: small });
    const root = join(folder.path, "blobs");
    const names = await readdir(root, { recursive: true });
    await flipBit(join(root, names.find((name) => name.endsWith("f1")) ?? ""), 5 * BLOCK_BYTES + 77);
    await flipBit(join(root, names.find((name) => name.endsWith("segment-1")) ?? ""), HEADS_BYTES + 50);

    const wholes = [await isRefused(server, "large"), await isRefused(server, "small")];
    const inside = await isRefused(server, "large", {
      range: `bytes=${5 * BLOCK_BYTES + 70}-${5 * BLOCK_BYTES + 80}`,
    });
    const before = await server.send({
      key: "large",
      headers: { range: `bytes=100-${5 * BLOCK_BYTES - 1}` },
    });

    assert.deepEqual([...wholes, inside], [true, true, true]);
    assert.equal(before.status, 206);
    assert.ok(before.body.equals(large.subarray(100, 5 * BLOCK_BYTES)));
    assert.ok(
      failures.some((failure) => failure.includes("is damaged at byte")),
      failures.join("\n"),
    );
  });
});

/** @returns false if bytes came as if nothing were wrong */
async function isRefused(
  server: TestServer,
  key: string,
  headers: Record<string, string> = {},
): Promise<boolean> {
  try {
    return (await server.send({ key, headers })).status >= 500;
  } catch {
    return true;
  }
}

async function flipBit(path: string, offset: number): Promise<void> {
  await using handle = await open(path, "r+");
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, offset);
  byte[0] = (byte[0] ?? 0) ^ 1;
  await handle.write(byte, 0, 1, offset);
}

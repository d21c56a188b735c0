// The clock of the server's machine is set back an hour, in the middle of everything.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Bucket } from "../../src/client/node/index.ts";
import { fixedCredentials, startServer } from "../../src/server/index.ts";
import { GARBAGE_GRACE_MS, openEmbeddedStore } from "../../src/storage/index.ts";
import { makeTemporaryFolder } from "../storage/temporary-folder.ts";

const KEY = { accessKeyId: "test-id", accessKeySecret: "test-secret" };
const HOUR_MS = 3_600_000;
const PART = new Uint8Array(100 * 1024).fill(1);

describe("a clock that jumps back an hour", () => {
  it("breaks no upload, hides no object, and deletes nothing that is owned", async () => {
    await using folder = await makeTemporaryFolder();
    const clock = { nowMs: Date.now() };
    const now = () => clock.nowMs;
    await using store = await openEmbeddedStore(folder.path, { now, collectEveryMs: "never" });
    await using server = await startServer({
      ...{ store, now, lifecycleIntervalMs: "never" },
      credentials: fixedCredentials([KEY]),
    });
    const bucket = new Bucket(KEY, server.endpoint, "test-bucket", { region: server.region });
    await bucket.createBucket();
    await bucket.putObject("replaced", PART);
    const { uploadId } = await bucket.initMultipartUpload("uploaded");
    const first = await bucket.uploadPart("uploaded", uploadId, 1, PART);

    clock.nowMs -= HOUR_MS;
    const second = await bucket.uploadPart("uploaded", uploadId, 2, PART);
    await bucket.putObject("replaced", new Uint8Array(7));
    await bucket.completeMultipartUpload("uploaded", uploadId, [
      { partNumber: 1, etag: first.etag },
      { partNumber: 2, etag: second.etag },
    ]);
    const beforeGraceCount = await store.collectGarbage();
    clock.nowMs += GARBAGE_GRACE_MS;
    const afterGraceCount = await store.collectGarbage();

    assert.deepEqual([beforeGraceCount, afterGraceCount], [0, 1]);
    assert.equal((await (await bucket.getObject("uploaded")).bytes()).length, 2 * PART.length);
    assert.equal((await (await bucket.getObject("replaced")).bytes()).length, 7);
    const { objects } = await bucket.listObjectsV2({});
    assert.deepEqual(
      objects.map(({ key }) => key),
      ["replaced", "uploaded"],
    );
  });

  it("keeps a store that was used before the jump usable after a restart", async () => {
    await using folder = await makeTemporaryFolder();
    const beforeMs = Date.now();
    {
      await using store = await openEmbeddedStore(folder.path, { now: () => beforeMs });
      await store.collectGarbage();
    }

    await using store = await openEmbeddedStore(folder.path, { now: () => beforeMs - HOUR_MS });

    assert.equal(await store.collectGarbage(), 0);
  });
});

// A completion that is sent again: NoSuchUpload, as the service answers, or what it was answered the first time.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { openEmbeddedStore, openMemoryStore, type Store } from "../../src/storage/index.ts";
import { makeTemporaryFolder } from "../storage/temporary-folder.ts";
import { assertError } from "./assert-error.ts";
import { startTestServer, type TestResponse, type TestServer, testBucket } from "./test-server.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const KEY = "k";

const openers: Readonly<Record<string, (path: string, now: () => number) => Promise<Store>>> = {
  "in memory": (_path, now) => openMemoryStore({ now, collectEveryMs: "never" }),
  "on disk": (path, now) => openEmbeddedStore(path, { now, collectEveryMs: "never" }),
};

for (const [place, open] of Object.entries(openers)) {
  describe(`a server that repeats completions, ${place},`, () => {
    const resources = new AsyncDisposableStack();
    let nowMs = Date.now();
    let server: TestServer;
    before(async () => {
      const folder = resources.use(await makeTemporaryFolder());
      const store = await open(folder.path, () => nowMs);
      server = resources.use(await startTestServer({ store, repeatCompletions: true }));
    });
    after(() => resources.disposeAsync());

    it("answers the same again, whatever became of the object, for a day", async () => {
      const { uploadId, etag } = await upload();
      const first = await server.complete(KEY, uploadId, [[1, etag]]);
      await server.send({ method: "DELETE", key: KEY });

      const second = await server.complete(KEY, uploadId, [[1, etag.toLowerCase()]]);
      const outcome = await server.store.metadata.getOutcome({ bucket: testBucket, key: KEY, uploadId });
      nowMs = (outcome?.endedAtMs ?? 0) + DAY_MS;
      await server.store.collectGarbage();
      const third = await server.complete(KEY, uploadId, [[1, etag]]);
      nowMs += 1;
      await server.store.collectGarbage();
      const late = await server.complete(KEY, uploadId, [[1, etag]]);

      assert.equal(first.status, 200, first.text);
      assert.deepEqual(answerOf(second), answerOf(first));
      assert.deepEqual(answerOf(third), answerOf(first));
      assertError(late, "404 NoSuchUpload", { UploadId: uploadId });
      assert.equal((await server.send({ method: "HEAD", key: KEY })).status, 404);
    });

    it("answers the same to two at once", async () => {
      const { uploadId, etag } = await upload();

      const answers = await Promise.all([1, 2, 3].map(() => server.complete(KEY, uploadId, [[1, etag]])));

      assert.deepEqual(answers.map(answerOf), new Array(3).fill(answerOf(answers[0])));
      assert.equal(answers[0]?.status, 200);
    });

    it("gives the version that the completion made", async () => {
      await server.store.metadata.updateBucket(testBucket, { versioning: "Enabled" });
      const { uploadId, etag } = await upload();
      const first = await server.complete(KEY, uploadId, [[1, etag]]);
      await server.send({ method: "PUT", key: KEY, body: "newer" });

      const second = await server.complete(KEY, uploadId, [[1, etag]]);

      assert.match(String(first.headers["x-oss-version-id"]), /^CAEQ/);
      assert.deepEqual(answerOf(second), answerOf(first));
    });

    it("does so for all parts, too", async () => {
      const { uploadId } = await upload();
      const completeAll = () =>
        server.send({
          ...{ method: "POST", key: KEY, query: [["uploadId", uploadId]] },
          headers: { "x-oss-complete-all": "yes" },
        });

      const first = await completeAll();

      assert.equal(first.status, 200, first.text);
      assert.deepEqual(answerOf(await completeAll()), answerOf(first));
    });

    it("knows no other request, no aborted upload and no other key", async () => {
      const { uploadId, etag } = await upload();
      await server.putPart(KEY, uploadId, 2, "y");
      await server.complete(KEY, uploadId, [[1, etag]]);
      const aborted = await upload();
      await server.send({ method: "DELETE", key: KEY, query: [["uploadId", aborted.uploadId]] });

      for (const response of [
        await server.complete(KEY, uploadId, [[2, etag]]),
        await server.complete(KEY, uploadId, [[1, "0".repeat(32)]]),
        await server.complete("other", uploadId, [[1, etag]]),
        await server.complete(KEY, aborted.uploadId, [[1, aborted.etag]]),
      ]) {
        assertError(response, "404 NoSuchUpload", {});
      }
    });

    async function upload(): Promise<{ readonly uploadId: string; readonly etag: string }> {
      const uploadId = await server.initiate(KEY);
      return { uploadId, etag: await server.putPart(KEY, uploadId, 1, "x".repeat(100 * 1024)) };
    }
  });
}

function answerOf(response: TestResponse | undefined): unknown {
  const { etag, "x-oss-hash-crc64ecma": crc64, "x-oss-version-id": versionId } = response?.headers ?? {};
  return { status: response?.status, etag, crc64, versionId, text: response?.text };
}

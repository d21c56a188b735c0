// kill -9 between the commit of a completion and its answer. The moment is certain: a callback is made in between, and the
// application that is called is this test.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Bucket } from "../../src/client/node/index.ts";
import { startApplicationServer } from "../server/callback/application-server.ts";
import { makeTemporaryFolder } from "../storage/temporary-folder.ts";
import { serveFolder } from "./server-process.ts";

const KEY = "movie.mp4";
const PART = new Uint8Array(100 * 1024).fill(7);

describe("a server that is killed after a completion was committed and before it was answered", () => {
  it("has the object, and repeats the answer when it is told to, and only then", async () => {
    await using resources = new AsyncDisposableStack();
    const folder = resources.use(await makeTemporaryFolder());
    let tellOfCall: () => void = () => {};
    const called = new Promise<void>((resolve) => {
      tellOfCall = resolve;
    });
    const application = resources.use(await startApplicationServer(() => tellOfCall()));
    const flags = ["--callback-host", `127.0.0.1:${application.port}`];
    const first = await serveFolder(folder.path, flags);
    resources.defer(() => first.kill());
    const { uploadId, parts } = await sendParts(first.bucket("bucket", { attempts: 1 }));
    const callbackUrl = `http://127.0.0.1:${application.port}/`;
    const callback = Buffer.from(JSON.stringify({ callbackUrl, callbackBody: "x=1" })).toString("base64");

    const lost = assert.rejects(
      first.bucket("bucket", { attempts: 1 }).completeMultipartUpload(KEY, uploadId, parts, { callback }),
    );
    await called;
    await first.kill();
    await lost;

    const strict = await serveFolder(folder.path, ["--workers", "1"]);
    resources.defer(() => strict.kill());
    const bucket = strict.bucket("bucket", { attempts: 1 });
    const head = await bucket.headObject(KEY);
    await assert.rejects(bucket.completeMultipartUpload(KEY, uploadId, parts), { code: "NoSuchUpload" });
    await strict.stop();
    const repeating = await serveFolder(folder.path, ["--workers", "1", "--repeat-completions"]);
    resources.defer(() => repeating.kill());
    const repeated = await repeating
      .bucket("bucket", { attempts: 1 })
      .completeMultipartUpload(KEY, uploadId, parts);
    assert.deepEqual([repeated.etag, repeated.crc64], [head.etag, head.crc64]);
    assert.equal(head.sizeBytes, 2 * PART.length);
    assert.equal(await repeating.stop(), 0, repeating.stderr());
  });
});

async function sendParts(bucket: Bucket) {
  await bucket.createBucket();
  const { uploadId } = await bucket.initMultipartUpload(KEY);
  const parts = await Promise.all(
    [1, 2].map(async (partNumber) => {
      const { etag } = await bucket.uploadPart(KEY, uploadId, partNumber, PART);
      return { partNumber, etag };
    }),
  );
  return { uploadId, parts };
}

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates of callbacks are written so
// Callbacks, traffic limits and sequential uploads from our client's side, against our server.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { fixedCredentials, type RunningServer, startServer } from "../../src/server/index.ts";
import { openMemoryStore, type Store } from "../../src/storage/index.ts";
import { type ApplicationServer, startApplicationServer } from "../server/callback/application-server.ts";
import { bucketAt } from "./scripted-service.ts";

const FIRST = Buffer.alloc(100 * 1024, "a");
const LAST = Buffer.from("b");

let application: ApplicationServer;
let store: Store;
let server: RunningServer;
before(async () => {
  application = await startApplicationServer();
  store = await openMemoryStore();
  const credentials = fixedCredentials([{ accessKeyId: "test-id", accessKeySecret: "test-secret" }]);
  server = await startServer({ store, credentials, callbackHosts: [`127.0.0.1:${application.port}`] });
  await bucketAt(server.endpoint).createBucket();
});
after(async () => {
  await server.drain(1_000);
  await store[Symbol.asyncDispose]();
  await application[Symbol.asyncDispose]();
});

function aCallback(callbackUrl: string): string {
  const document = { callbackUrl, callbackBody: "object=${object}&size=${size}" };
  return Buffer.from(JSON.stringify(document)).toString("base64");
}

describe("a client that asks for a callback", () => {
  it("gets the callback's answer with what the service says of the object", async () => {
    const bucket = bucketAt(server.endpoint);
    const callback = aCallback(`http://127.0.0.1:${application.port}/`);

    const put = await bucket.putObject("put", LAST, { callback });
    const { uploadId } = await bucket.initMultipartUpload("parts", { sequential: true });
    const first = await bucket.uploadPart("parts", uploadId, 1, FIRST, { trafficLimit: 838_860_800 });
    const last = await bucket.uploadPart("parts", uploadId, 2, LAST);
    const completed = await bucket.completeMultipartUpload(
      "parts",
      uploadId,
      [
        { ...first, partNumber: 1 },
        { ...last, partNumber: 2 },
      ],
      { callback },
    );

    assert.equal(put.callbackBody, '{"Status":"OK"}');
    assert.equal(completed.callbackBody, '{"Status":"OK"}');
    assert.match(completed.etag, /^[0-9A-F]{32}-2$/);
    assert.equal(
      completed.contentMd5,
      createHash("md5")
        .update(Buffer.concat([FIRST, LAST]))
        .digest("base64"),
    );
    assert.deepEqual(
      application.received.map(({ body }) => body),
      ["object=put&size=1", "object=parts&size=102401"],
    );
  });

  it("is told that the callback failed, and can read the object all the same", async () => {
    const bucket = bucketAt(server.endpoint);

    await assert.rejects(
      bucket.putObject("kept", LAST, { callback: aCallback("http://callback.example/") }),
      {
        code: "CallbackFailed",
        status: 203,
      },
    );

    const kept = await bucket.getObject("kept", { trafficLimit: 838_860_800 });
    assert.equal(await kept.text(), "b");
  });
});

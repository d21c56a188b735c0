// What else a form may say of its object: who may read it, its tags, whom to tell of it.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { type ApplicationServer, startApplicationServer } from "./callback/application-server.ts";
import { startTestServer, type TestServer, testBucket, testCredentials } from "./test-server.ts";

let application: ApplicationServer;
let service: TestServer;
before(async () => {
  application = await startApplicationServer((response) => response.end('{"taken":true}'));
  service = await startTestServer({ callbackHosts: [`127.0.0.1:${application.port}`] });
});
after(async () => {
  await service[Symbol.asyncDispose]();
  await application[Symbol.asyncDispose]();
});

function base64(document: unknown): string {
  return Buffer.from(JSON.stringify(document)).toString("base64");
}

/** Source: OSS API, PostObject: Base64 of the HMAC-SHA1 of the policy in Base64. */
function signature(): Readonly<Record<string, string>> {
  const policy = base64({ expiration: new Date(Date.now() + 3_600_000).toISOString(), conditions: [] });
  const { accessKeyId, accessKeySecret } = testCredentials;
  const signed = createHmac("sha1", accessKeySecret).update(policy).digest("base64");
  return { OSSAccessKeyId: accessKeyId, policy, Signature: signed };
}

function post(fields: Readonly<Record<string, string>>): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    form.append(name, value);
  }
  form.append("file", new Blob(["content"]), "f.txt");
  return fetch(`${service.server.endpoint}/${testBucket}/`, { method: "POST", body: form });
}

describe("a form", () => {
  it("gives the object an ACL and tags", async () => {
    const fields = { key: "public", "x-oss-object-acl": "public-read", "x-oss-tagging": "a=1&b=2" };

    const posted = await post({ ...fields, ...signature() });

    assert.equal(posted.status, 204, await posted.text());
    const read = await service.send({ key: "public", isAnonymous: true });
    assert.equal(read.text, "content");
    assert.equal(read.headers["x-oss-tagging-count"], "2");
  });

  it("tells the application server, with the form's own variables", async () => {
    const callback = base64({
      callbackUrl: `http://127.0.0.1:${application.port}/taken`,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the templates of callbacks are written so
      callbackBody: "o=${object}&op=${operation}&v=${x:v}",
    });

    const posted = await post({ key: "told", callback, "x:v": "a&b", ...signature() });

    assert.equal(posted.status, 200);
    assert.equal(await posted.text(), '{"taken":true}');
    assert.equal(application.received.at(-1)?.body, "o=told&op=PostObject&v=a%26b");
  });

  it("is answered with 203 when nobody could be told, and the object is there", async () => {
    const callback = base64({ callbackUrl: "http://192.0.2.1/", callbackBody: "b" });

    const posted = await post({ key: "untold", callback, ...signature() });

    assert.equal(posted.status, 203);
    assert.match(await posted.text(), /<Code>CallbackFailed<\/Code>/);
    assert.equal((await service.send({ key: "untold" })).text, "content");
  });

  it("needs no signature where the bucket is everybody's, but may then set no ACL", async () => {
    const acl = [["acl", ""]] as const;
    await service.send({ method: "PUT", query: acl, headers: { "x-oss-acl": "public-read-write" } });

    const posted = await post({ key: "anybody" });
    const refused = await post({ key: "anybody-2", "x-oss-object-acl": "public-read" });

    assert.equal(posted.status, 204);
    assert.equal(refused.status, 403);
    assert.equal((await service.send({ key: "anybody-2" })).status, 404);
    await service.send({ method: "PUT", query: acl, headers: { "x-oss-acl": "private" } });
    assert.equal((await post({ key: "anybody-3" })).status, 403);
  });
});

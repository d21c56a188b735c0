// Forms as pages send them, with policies that ali-oss signs.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { describe, it } from "node:test";
import { fixedCredentials, temporaryCredentials, withTemporaryCredentials } from "../../src/server/index.ts";
import { describeOverBothStores } from "./both-stores.ts";
import { openConnection } from "./raw-connection.ts";
import { md5Base64, startTestServer, type TestServer, testBucket, testCredentials } from "./test-server.ts";

/** As much of ali-oss as this file uses; the package brings no types. */
interface AliOss {
  calculatePostSignature(policy: object): Readonly<Record<string, string>>;
  signPostObjectPolicyV4(policy: object, date: Date): string;
}

const AliOssClient = createRequire(import.meta.url)("ali-oss") as new (options: object) => AliOss;

const client = aliOss(testCredentials);

function aliOss(credentials: { readonly accessKeyId: string; readonly accessKeySecret: string }): AliOss {
  return new AliOssClient({ ...credentials, region: "oss-cn-hangzhou", bucket: testBucket });
}

function inAnHour(): string {
  return new Date(Date.now() + 3_600_000).toISOString();
}

function signedV1(conditions: readonly unknown[] = [], expiration = inAnHour()) {
  return client.calculatePostSignature({ expiration, conditions });
}

function signedV4(conditions: readonly unknown[] = [], date = new Date()) {
  const stamp = `${date.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
  const fields = {
    "x-oss-signature-version": "OSS4-HMAC-SHA256",
    "x-oss-credential": `test-id/${stamp.slice(0, 8)}/cn-hangzhou/oss/aliyun_v4_request`,
    "x-oss-date": stamp,
  };
  const bound = Object.entries(fields).map(([name, value]) => ({ [name]: value }));
  const policy = { expiration: inAnHour(), conditions: [...bound, ...conditions] };
  return {
    ...fields,
    policy: Buffer.from(JSON.stringify(policy)).toString("base64"),
    "x-oss-signature": client.signPostObjectPolicyV4(policy, date),
  };
}

interface Posting {
  readonly bucket?: string;
  readonly file?: Blob;
  readonly headers?: Readonly<Record<string, string>>;
}

async function post(
  service: TestServer,
  fields: Readonly<Record<string, string>>,
  { bucket = testBucket, file = new Blob(["content"], { type: "text/plain" }), headers = {} }: Posting = {},
): Promise<{
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly code: string;
}> {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    body.append(name, value);
  }
  body.append("file", file, "图 片.txt");
  const response = await fetch(`${service.server.endpoint}/${bucket}`, {
    method: "POST",
    body,
    headers,
    redirect: "manual",
  });
  const text = await response.text();
  const code = /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? "";
  return { status: response.status, headers: response.headers, text, code };
}

describeOverBothStores("PostObject", (service) => {
  it("stores what a form signed with V1 sends, with its metadata", async () => {
    const response = await post(service(), {
      key: "user/$" + "{filename}",
      ...signedV1([{ bucket: testBucket }, ["starts-with", "$key", "user/"]]),
      "Cache-Control": "no-cache",
      "x-oss-meta-color": "rot und grün",
      "x-oss-storage-class": "IA",
    });

    assert.equal(response.status, 204, response.text);
    assert.equal(response.text, "");
    const stored = await service().send({ key: "user/图 片.txt" });
    assert.equal(stored.text, "content");
    assert.equal(stored.headers.etag, response.headers.get("etag"));
    assert.equal(stored.headers["x-oss-hash-crc64ecma"], response.headers.get("x-oss-hash-crc64ecma"));
    assert.equal(stored.headers["content-type"], "text/plain");
    assert.equal(stored.headers["cache-control"], "no-cache");
    assert.equal(stored.headers["x-oss-storage-class"], "IA");
    assert.equal(
      Buffer.from(String(stored.headers["x-oss-meta-color"]), "latin1").toString("utf8"),
      "rot und grün",
    );
  });

  it("stores what a form signed with V4 sends, and answers with a document", async () => {
    const fields = { key: "v4&.txt", success_action_status: "201", "x-oss-content-type": "image/png" };

    const response = await post(service(), { ...fields, ...signedV4() });

    assert.equal(response.status, 201, response.text);
    assert.equal(response.headers.get("content-type"), "application/xml");
    assert.equal(
      response.text.replace(/^.*\n/, ""),
      `<PostResponse><Bucket>${testBucket}</Bucket><ETag>"9A0364B9E99BB480DD25E1F0284C8555"</ETag><Key>v4&amp;.txt</Key><Location>${service().server.endpoint}/${testBucket}/v4%26.txt</Location></PostResponse>`,
    );
    assert.equal((await service().send({ key: "v4&.txt" })).headers["content-type"], "image/png");
  });

  it("is not asked which page a signed form comes from: no link sends one", async () => {
    const rules = (list: string) =>
      "<RefererConfiguration><AllowEmptyReferer>false</AllowEmptyReferer>" +
      `<RefererList>${list}</RefererList></RefererConfiguration>`;
    const setRules = (body: string) => service().send({ method: "PUT", query: [["referer", ""]], body });
    await setRules(rules("<Referer>http://own.example/</Referer>"));

    const headers = { referer: "http://other.example/" };
    const signed = await post(service(), { key: "of-a-page", ...signedV4() }, { headers });

    assert.equal(signed.status, 204, signed.text);
    await setRules(rules(""));
  });

  it("redirects with bucket, key and ETag, before the fragment", async () => {
    const response = await post(service(), {
      key: "a b&c",
      success_action_redirect: "https://example.com/done?x=1#top",
      success_action_status: "200",
      ...signedV1(),
    });

    assert.equal(response.status, 303);
    assert.equal(
      response.headers.get("location"),
      `https://example.com/done?x=1&bucket=${testBucket}&key=a%20b%26c&etag=%229A0364B9E99BB480DD25E1F0284C8555%22#top`,
    );
  });

  it("stores a file that is larger than any buffer, and an empty one", async () => {
    const large = new Blob([new Uint8Array(5 * 1024 * 1024 + 1).fill(7)]);

    assert.equal((await post(service(), { key: "large", ...signedV1() }, { file: large })).status, 204);
    assert.equal(
      (await post(service(), { key: "empty", ...signedV1() }, { file: new Blob([]) })).status,
      204,
    );

    const stored = await service().send({ key: "large" });
    assert.ok(stored.body.equals(Buffer.from(await large.arrayBuffer())));
    assert.equal((await service().send({ key: "empty" })).body.length, 0);
  });

  it("accepts a file of the sizes that the policy allows and stores no other", async () => {
    const policy = signedV4([["content-length-range", 3, 5]]);
    const sizes = [2, 3, 5, 6].map((size) => new Blob(["x".repeat(size)]));

    const responses = await Promise.all(
      sizes.map((file) => post(service(), { key: `sized-${file.size}`, ...policy }, { file })),
    );

    assert.deepEqual(
      responses.map(({ status, code }) => [status, code]),
      [
        [400, "EntityTooSmall"],
        [204, ""],
        [204, ""],
        [400, "EntityTooLarge"],
      ],
    );
    assert.match(responses[3]?.text ?? "", /<EC>0006-00000004<\/EC>/);
    assert.equal((await service().send({ key: "sized-2" })).status, 404);
    assert.equal((await service().send({ key: "sized-6" })).status, 404);
  });

  it("does not overwrite when the form forbids it", async () => {
    const fields = { key: "once", "x-oss-forbid-overwrite": "true", ...signedV1() };

    assert.equal((await post(service(), fields)).status, 204);
    const second = await post(service(), fields);

    assert.deepEqual([second.status, second.code], [409, "FileAlreadyExists"]);
  });

  it("stores nothing when the form is not the one of its Content-MD5", async () => {
    const opening = '--b\r\nContent-Disposition: form-data; name="';
    const field = (name: string, value: string) => `${opening}${name}"\r\n\r\n${value}\r\n`;
    const fields = Object.entries({ key: "digested", ...signedV1() }).map(([name, value]) =>
      field(name, value),
    );
    const body = `${fields.join("")}${opening}file"; filename="a"\r\n\r\ncontent\r\n--b--\r\nepilogue`;
    const send = (contentMd5: string) =>
      fetch(`${service().server.endpoint}/${testBucket}`, {
        method: "POST",
        body,
        headers: { "content-type": "multipart/form-data; boundary=b", "content-md5": contentMd5 },
      });

    for (const contentMd5 of [md5Base64("content"), "no digest", ""]) {
      const refused = await send(contentMd5);
      assert.equal(refused.status, 400, contentMd5);
      assert.match(await refused.text(), /<Code>InvalidDigest<\/Code>/);
      assert.equal((await service().send({ key: "digested" })).status, 404);
    }
    assert.equal((await send(md5Base64(body))).status, 204);
    assert.equal((await service().send({ key: "digested" })).text, "content");
  });

  it("stores nothing of a form that breaks off", async () => {
    const form = [
      ...Object.entries({ key: "broken", ...signedV1() }).map(
        ([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
      ),
      '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nbegin',
    ].join("");
    const head = (length: number) =>
      [
        `POST /${testBucket} HTTP/1.1`,
        "Host: 127.0.0.1",
        "Content-Type: multipart/form-data; boundary=b",
        `Content-Length: ${length}`,
        "",
        "",
      ].join("\r\n");
    using short = openConnection(service());
    using cut = openConnection(service());

    short.socket.write(head(form.length) + form);
    cut.socket.end(head(form.length + 1000) + form);

    assert.match(await short.until("</Error>"), /^HTTP\/1\.1 400 .*<Code>MalformedPOSTRequest<\/Code>/s);
    await cut.ended;
    assert.equal((await service().send({ key: "broken" })).status, 404);
  });
});

describe("PostObject that is refused", () => {
  const expired = signedV1([], "2020-01-01T00:00:00.000Z");
  const otherPolicy = { ...signedV1(), policy: signedV1([{ bucket: "b" }]).policy ?? "" };
  const { Signature: _, ...withoutSignature } = signedV1();
  for (const [what, fields, status, code] of [
    ["without a signature", { key: "k" }, 403, "AccessDenied"],
    ["with half a signature", { key: "k", ...withoutSignature }, 400, "InvalidArgument"],
    ["with another policy", { key: "k", ...otherPolicy }, 403, "SignatureDoesNotMatch"],
    ["with an unknown key", { key: "k", ...signedV1(), OSSAccessKeyId: "nobody" }, 403, "InvalidAccessKeyId"],
    [
      "with a token that nobody issued",
      { key: "k", ...signedV1(), "x-oss-security-token": "t" },
      403,
      "InvalidSecurityToken",
    ],
    ["after its policy", { key: "k", ...expired }, 403, "AccessDenied"],
    ["against its policy", { key: "k", ...signedV1([{ key: "other" }]) }, 403, "AccessDenied"],
    ["for another bucket", { key: "k", ...signedV1([{ bucket: "other" }]) }, 403, "AccessDenied"],
    ["with a date of long ago", { key: "k", ...signedV4([], new Date(0)) }, 403, "AccessDenied"],
    [
      "with a policy that is none",
      { key: "k", ...client.calculatePostSignature({}) },
      400,
      "InvalidPolicyDocument",
    ],
    ["without a key", signedV1(), 400, "InvalidArgument"],
    ["with a callback without a body", { key: "k", callback: "e30=", ...signedV1() }, 400, "InvalidArgument"],
    [
      "with encryption",
      { key: "k", "X-Oss-Server-Side-Encryption": "AES256", ...signedV1() },
      400,
      "NotImplemented",
    ],
    [
      "with an ACL that is none",
      { key: "k", "x-oss-object-acl": "public", ...signedV1() },
      400,
      "InvalidArgument",
    ],
    ["with tags of one key", { key: "k", "x-oss-tagging": "a=1&a=2", ...signedV1() }, 400, "InvalidArgument"],
    [
      "with a traffic limit of 1",
      { key: "k", "x-oss-traffic-limit": "1", ...signedV1() },
      400,
      "InvalidArgument",
    ],
    [
      "with persistent headers",
      { key: "k", "x-oss-persistent-headers": "a:Yg==", ...signedV1() },
      400,
      "NotImplemented",
    ],
  ] as const) {
    it(`${what}: ${status} ${code}`, async () => {
      await using service = await startTestServer();

      const response = await post(service, fields);

      assert.deepEqual([response.status, response.code], [status, code], response.text);
      assert.equal((await service.send({ key: "k" })).status, 404);
    });
  }

  it("is answered before its file has come, and the connection goes on", async () => {
    await using service = await startTestServer();
    const begin = [
      '--b\r\nContent-Disposition: form-data; name="key"\r\n\r\nk\r\n',
      '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nbegin',
    ].join("");
    const rest = `${"x".repeat(300_000)}\r\n--b--\r\n`;
    using connection = openConnection(service);

    connection.socket.write(
      [
        `POST /${testBucket} HTTP/1.1`,
        "Host: 127.0.0.1",
        "Content-Type: multipart/form-data; boundary=b",
        `Content-Length: ${begin.length + rest.length}`,
        "",
        begin,
      ].join("\r\n"),
    );
    assert.match(await connection.until("</Error>"), /<Code>AccessDenied<\/Code>/);
    connection.socket.write(`${rest}GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);

    assert.match(
      await connection.until("</Error>"),
      /<Code>AccessDenied<\/Code>.*<Code>AccessDenied<\/Code>/s,
    );
  });

  it("says what the policy wants", async () => {
    await using service = await startTestServer();

    const response = await post(service, { key: "k", ...signedV1([["eq", "$key", "other"]]) });

    assert.match(
      response.text,
      /<Message>Invalid according to Policy: Policy Condition failed: \["eq", "\$key", "other"\]<\/Message>/,
    );
  });

  it("answers NoSuchBucket for a bucket that is not there", async () => {
    await using service = await startTestServer();

    const response = await post(service, { key: "k", ...signedV1() }, { bucket: "other-bucket" });

    assert.deepEqual([response.status, response.code], [404, "NoSuchBucket"]);
  });

  it("answers RequestIsNotMultiPartContent for a signed POST of something else", async () => {
    await using service = await startTestServer();

    const response = await service.send({ method: "POST", body: "a=b" });

    assert.deepEqual([response.status, response.element("Code")], [400, "RequestIsNotMultiPartContent"]);
  });

  it("refuses a form for an object, which is no call", async () => {
    await using service = await startTestServer();

    const response = await service.send({
      method: "POST",
      key: "k",
      headers: { "content-type": "multipart/form-data; boundary=b" },
    });

    assert.deepEqual([response.status, response.element("Code")], [405, "MethodNotAllowed"]);
  });

  it("does not take DeleteMultipleObjects for a form, whatever type its body has", async () => {
    await using service = await startTestServer();

    const response = await service.send({
      method: "POST",
      query: [["delete", ""]],
      headers: { "content-type": "multipart/form-data; boundary=b" },
      body: "<Delete><Object><Key>k</Key></Object></Delete>",
    });

    assert.notEqual(response.element("Code"), "MalformedPOSTRequest");
    assert.notEqual(response.element("Code"), "IncorrectNumberOfFilesInPOSTRequest");
  });

  it("looks at no signature in the headers", async () => {
    await using service = await startTestServer();

    const response = await post(
      service,
      { key: "k", ...signedV1() },
      { headers: { authorization: "OSS nobody:nothing" } },
    );

    assert.equal(response.status, 204, response.text);
  });
});

describe("PostObject with a temporary key", () => {
  it("wants its token in the form", async () => {
    const credentials = withTemporaryCredentials(fixedCredentials([testCredentials]));
    await using service = await startTestServer({ credentials });
    const temporary = temporaryCredentials({
      issuer: testCredentials,
      expiresInSeconds: 60,
      now: Date.now(),
      nonce: "0123456789abcdef",
    });
    const signed = aliOss(temporary).calculatePostSignature({ expiration: inAnHour(), conditions: [] });
    const token = { "x-oss-security-token": temporary.securityToken };

    assert.equal((await post(service, { key: "k", ...signed, ...token })).status, 204);
    assert.equal((await post(service, { key: "k", ...signed })).code, "InvalidAccessKeyId");
  });
});

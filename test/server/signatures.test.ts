// What the server says about signatures, byte for byte, and in which spellings of a request it finds the signed one.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { RequestMessage } from "../../src/protocol/http-message.ts";
import { signV1Header } from "../../src/protocol/signing/sign-v1-header.ts";
import { nodeSigningCrypto } from "../../src/server/node-signing-crypto.ts";
import { signV2 as signV2Header } from "../protocol/signing/sign-v2.ts";
import { openConnection } from "./raw-connection.ts";
import { startTestServer, type TestServer, testBucket, testCredentials } from "./test-server.ts";

let service: TestServer;
before(async () => {
  service = await startTestServer();
});
after(() => service[Symbol.asyncDispose]());

/** The answer to a request of exactly these lines. */
async function answerTo(target: string, message: RequestMessage): Promise<string> {
  using connection = openConnection(service);
  const headers = { host: service.endpoint.host, connection: "close", ...message.headers };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  connection.socket.write([`${message.method} ${target} HTTP/1.1`, ...lines, "", ""].join("\r\n"));
  await connection.ended;
  return connection.received();
}

function elementNames(answer: string): readonly string[] {
  return [...answer.matchAll(/<(\w+)>/g)].map(([, name = ""]) => name);
}

function aGet(key: string, query: RequestMessage["query"] = []): RequestMessage {
  return { method: "GET", resource: { bucket: testBucket, key }, query, headers: {} };
}

function signV1(message: RequestMessage): Promise<RequestMessage> {
  return signV1Header(message, { credentials: testCredentials, time: new Date() }, nodeSigningCrypto);
}

function signV2(message: RequestMessage): Promise<RequestMessage> {
  const headers = { ...message.headers, range: "bytes=0-1" };
  return signV2Header({ ...message, headers }, testCredentials, new Date());
}

describe("a signature that does not match", () => {
  it("is answered with the elements of OSS in their order, under V1", async () => {
    const signed = await signV1(aGet("k"));

    const answer = await answerTo(`/${testBucket}/other`, signed);

    assert.match(answer, /^HTTP\/1\.1 403 Forbidden\r\n/);
    assert.match(answer, /x-oss-ec: 0002-00000040\r\n/);
    assert.deepEqual(elementNames(answer), [
      "Error",
      "Code",
      "Message",
      "RequestId",
      "HostId",
      "OSSAccessKeyId",
      "SignatureProvided",
      "StringToSign",
      "StringToSignBytes",
      "EC",
      "RecommendDoc",
    ]);
    const stringToSign = `GET\n\n\n${signed.headers.date}\n/${testBucket}/other`;
    const bytes = Buffer.from(stringToSign).toString("hex").toUpperCase().replaceAll(/../g, "$& ");
    assert.ok(answer.includes(`<StringToSign>${stringToSign}</StringToSign>`));
    assert.ok(answer.includes(`<StringToSignBytes>${bytes}</StringToSignBytes>`));
  });

  it("is answered with the canonical request too, under V4", async () => {
    const signed = await service.sign({ key: "k" });

    const answer = await answerTo(`/${testBucket}/other`, signed);

    assert.deepEqual(elementNames(answer).slice(5), [
      "OSSAccessKeyId",
      "SignatureProvided",
      "StringToSign",
      "StringToSignBytes",
      "CanonicalRequest",
    ]);
  });
});

describe("a request at the wrong time", () => {
  it("is told the three times in the order of OSS", async () => {
    const response = await service.send({ key: "k", time: new Date(Date.now() + 16 * 60_000) });

    assert.equal(response.headers["x-oss-ec"], "0002-00000504");
    assert.deepEqual(elementNames(response.text), [
      "Error",
      "Code",
      "Message",
      "RequestId",
      "HostId",
      "MaxAllowedSkewMilliseconds",
      "RequestTime",
      "ServerTime",
      "EC",
      "RecommendDoc",
    ]);
  });

  it("is refused without any date", async () => {
    const { headers, ...message } = await signV1(aGet("k"));
    const { date: _, ...dateless } = headers;

    const answer = await answerTo(`/${testBucket}/k`, { ...message, headers: dateless });

    assert.match(answer, /^HTTP\/1\.1 403 .*<Code>AccessDenied<\/Code>.*requires a valid Date/s);
  });
});

describe("a request with two signatures", () => {
  it("is refused", async () => {
    const signed = await signV1(aGet("k"));

    const answer = await answerTo(`/${testBucket}/k?Signature=x&Expires=1&OSSAccessKeyId=test-id`, signed);

    assert.match(answer, /^HTTP\/1\.1 400 .*<Code>InvalidArgument<\/Code>.*<EC>0002-00000039<\/EC>/s);
  });
});

describe("a signed request", () => {
  before(async () => {
    await service.send({ method: "PUT", key: "dir/a b+c~中.txt", body: "content" });
  });

  for (const path of [
    "/dir/a%20b%2Bc~%E4%B8%AD.txt",
    // oss2 escapes slashes; some escape in lower case, and more than they must.
    "/dir%2Fa%20b%2Bc~%E4%B8%AD.txt",
    "/dir%2fa%20b%2bc%7e%e4%b8%ad%2etxt",
    // In a path, unlike in a query, a plus is a plus.
    "/dir/a%20b+c~%E4%B8%AD.txt",
  ]) {
    it(`is found in ${path}, under every version`, async () => {
      const message = aGet("dir/a b+c~中.txt");

      for (const signed of [
        await signV1(message),
        await signV2(message),
        await service.sign({ key: "dir/a b+c~中.txt" }),
      ]) {
        const answer = await answerTo(`/${testBucket}${path}`, signed);
        assert.match(answer, /^HTTP\/1\.1 20[06] .*\r\n\r\nco/s);
      }
    });
  }

  for (const query of ["prefix=a%20b%2Fc&marker=", "prefix=a+b/c&marker", "marker&prefix=a%20b%2fc"]) {
    it(`is found in the query ${query}, under every version`, async () => {
      const parameters = [
        ["prefix", "a b/c"],
        ["marker", ""],
      ] as const;
      const message = { ...aGet(""), resource: { bucket: testBucket }, query: parameters };

      for (const signed of [
        await signV1(message),
        await signV2(message),
        await service.sign({ query: parameters }),
      ]) {
        assert.match(await answerTo(`/${testBucket}?${query}`, signed), /^HTTP\/1\.1 200 /);
      }
    });
  }
});

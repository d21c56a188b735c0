import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RequestMessage } from "../../../src/protocol/http-message.ts";
import { oss4Words } from "../../../src/protocol/signing/oss4-words.ts";
import { signV4Header } from "../../../src/protocol/signing/sign-v4-header.ts";
import { v4CanonicalRequest } from "../../../src/protocol/signing/v4-canonical-request.ts";
import { createV4KeyCache } from "../../../src/protocol/signing/v4-key-cache.ts";
import {
  exampleCredentials as credentials,
  exampleUploadPart,
  exampleRegion as region,
  temporaryCredentials,
  exampleTime as time,
} from "./example-request.ts";
import { cloudBoxWords, goCredentials, goRequest, goTemporaryCredentials, goTime } from "./go-v2-request.ts";
import { nodeSigningCrypto } from "./node-signing-crypto.ts";

const SCOPE = "testAccessKeyId/20231203/cn-hangzhou/oss/aliyun_v4_request";
const EXAMPLE_SIGNATURE = "6ca888075e935fae150b7fe8ec1604d16e40f071a50bddee594707cee46b0165";

async function authorizationOf(
  request: RequestMessage,
  options: Parameters<typeof signV4Header>[1] = { credentials, time, region },
): Promise<string | undefined> {
  return (await signV4Header(request, options, nodeSigningCrypto)).headers.authorization;
}

describe("v4CanonicalRequest()", () => {
  it("joins the blocks that oss2, ali-oss and Go v2 sign", async () => {
    const signed = await signV4Header(exampleUploadPart(), { credentials, time, region }, nodeSigningCrypto);

    const text = v4CanonicalRequest(signed, { words: oss4Words, additionalHeaders: [] });

    assert.equal(
      text,
      `PUT
/examplebucket/dir/a%20b%2Bc~%E4%B8%AD.txt
partNumber=1&uploadId=0004B9894A22E5B1888A1E29F8236E2D
content-md5:eB5eJF1ptWaXm4bijSPyxw==
content-type:text/plain
x-oss-content-sha256:UNSIGNED-PAYLOAD
x-oss-date:20231203T121212Z
x-oss-traffic-limit:819200


UNSIGNED-PAYLOAD`,
    );
  });

  it("sorts parameters by their encoded names, then values, and leaves out the signature", () => {
    const text = v4CanonicalRequest(
      {
        method: "GET",
        resource: { bucket: "b" },
        query: [
          ["a", "2"],
          ["a-b", "/"],
          ["中", ""],
          ["a", "1"],
          ["Z", "!"],
          ["x-oss-signature", "abc"],
        ],
        headers: {},
      },
      { words: oss4Words, additionalHeaders: [] },
    );

    assert.equal(text, "GET\n/b/\n%E4%B8%AD&Z=%21&a=1&a=2&a-b=%2F\n\n\nUNSIGNED-PAYLOAD");
  });
});

describe("signV4Header()", () => {
  it("signs an UploadPart as the SDKs do", async () => {
    const signed = await signV4Header(exampleUploadPart(), { credentials, time, region }, nodeSigningCrypto);

    assert.deepEqual(signed, {
      ...exampleUploadPart(),
      headers: {
        ...exampleUploadPart().headers,
        "x-oss-date": "20231203T121212Z",
        "x-oss-content-sha256": "UNSIGNED-PAYLOAD",
        authorization: `OSS4-HMAC-SHA256 Credential=${SCOPE},Signature=${EXAMPLE_SIGNATURE}`,
      },
    });
  });

  it("signs the token of a temporary key", async () => {
    const signed = await signV4Header(
      exampleUploadPart(),
      { credentials: temporaryCredentials, time, region },
      nodeSigningCrypto,
    );

    assert.equal(signed.headers["x-oss-security-token"], "sts-token-example");
    assert.equal(
      signed.headers.authorization,
      `OSS4-HMAC-SHA256 Credential=${SCOPE},Signature=74b2eacef469ae8e402248a10c22bec50e033b855a93bc638f81a0b0ece9746f`,
    );
  });

  it("writes parameters without a value as bare names", async () => {
    const authorization = await authorizationOf({
      method: "GET",
      resource: {},
      query: [
        ["prefix", ""],
        ["marker", ""],
        ["max-keys", "100"],
      ],
      headers: {},
    });

    assert.equal(
      authorization,
      `OSS4-HMAC-SHA256 Credential=${SCOPE},Signature=e5b6c6dc18393d88965264405685fbde23a23bfdc411b4a274b7f5e1fd07e08e`,
    );
  });

  it("derives a key once when it is given a cache, and signs the same", async () => {
    let hmacCount = 0;
    const countingCrypto = {
      ...nodeSigningCrypto,
      hmac: (...call: Parameters<typeof nodeSigningCrypto.hmac>) => {
        hmacCount += 1;
        return nodeSigningCrypto.hmac(...call);
      },
    };
    const options = { credentials, time, region, keyCache: createV4KeyCache() };

    const first = await signV4Header(exampleUploadPart(), options, countingCrypto);
    const second = await signV4Header(exampleUploadPart(), options, countingCrypto);

    assert.equal(hmacCount, 4 + 1 + 1);
    assert.equal(
      first.headers.authorization,
      `OSS4-HMAC-SHA256 Credential=${SCOPE},Signature=${EXAMPLE_SIGNATURE}`,
    );
    assert.deepEqual(second, first);
  });

  it("awaits a crypto that answers with promises", async () => {
    const slowCrypto = {
      hmac: async (...call: Parameters<typeof nodeSigningCrypto.hmac>) => nodeSigningCrypto.hmac(...call),
      sha256: async (data: Uint8Array) => nodeSigningCrypto.sha256(data),
    };

    const signed = await signV4Header(exampleUploadPart(), { credentials, time, region }, slowCrypto);

    assert.equal(
      signed.headers.authorization,
      `OSS4-HMAC-SHA256 Credential=${SCOPE},Signature=${EXAMPLE_SIGNATURE}`,
    );
  });

  it("replaces what an earlier signing left behind", async () => {
    const once = await signV4Header(
      exampleUploadPart(),
      { credentials: temporaryCredentials, time: new Date(0), region: "cn-beijing" },
      nodeSigningCrypto,
    );

    const twice = await signV4Header(once, { credentials, time, region }, nodeSigningCrypto);

    assert.deepEqual(
      twice,
      await signV4Header(exampleUploadPart(), { credentials, time, region }, nodeSigningCrypto),
    );
  });

  it("refuses to sign a header that is not there", async () => {
    await assert.rejects(
      authorizationOf(exampleUploadPart(), { credentials, time, region, additionalHeaders: ["host"] }),
      new TypeError("the header host is to be signed, but the request does not have it"),
    );
  });

  it("refuses an invalid time", async () => {
    await assert.rejects(
      authorizationOf(exampleUploadPart(), { credentials, time: new Date(Number.NaN), region }),
      RangeError,
    );
  });
});

// Source: alibabacloud-oss-go-sdk-v2, oss/signer/signer_test.go, TestV4AuthHeader…
describe("signV4Header() on the vectors of Go v2", () => {
  it("signs signs, separators and empty values in the query", async () => {
    const authorization = await authorizationOf(goRequest("text/plain"), {
      credentials: goCredentials,
      time: goTime(1702743657),
      region,
    });

    assert.equal(
      authorization,
      "OSS4-HMAC-SHA256 Credential=ak/20231216/cn-hangzhou/oss/aliyun_v4_request,Signature=e21d18daa82167720f9b1047ae7e7f1ce7cb77a31e8203a7d5f4624fa0284afe",
    );
  });

  it("signs a token", async () => {
    const authorization = await authorizationOf(goRequest("text/plain"), {
      credentials: goTemporaryCredentials,
      time: goTime(1702784856),
      region,
    });

    assert.equal(
      authorization,
      "OSS4-HMAC-SHA256 Credential=ak/20231217/cn-hangzhou/oss/aliyun_v4_request,Signature=b94a3f999cf85bcdc00d332fbd3734ba03e48382c36fa4d5af5df817395bd9ea",
    );
  });

  it("signs additional headers, listed sorted and in lower case", async () => {
    const authorization = await authorizationOf(goRequest("text/plain"), {
      credentials: goCredentials,
      time: goTime(1702747512),
      region,
      additionalHeaders: ["ZAbc", "abc"],
    });

    assert.equal(
      authorization,
      "OSS4-HMAC-SHA256 Credential=ak/20231216/cn-hangzhou/oss/aliyun_v4_request,AdditionalHeaders=abc;zabc,Signature=4a4183c187c07c8947db7620deb0a6b38d9fbdd34187b6dbaccb316fa251212f",
    );
  });

  it("does not list headers that are signed anyway", async () => {
    const authorization = await authorizationOf(goRequest("text/plain"), {
      credentials: goCredentials,
      time: goTime(1702747512),
      region,
      additionalHeaders: ["x-oss-no-exist", "ZAbc", "x-oss-head1", "abc"],
    });

    assert.equal(
      authorization,
      "OSS4-HMAC-SHA256 Credential=ak/20231216/cn-hangzhou/oss/aliyun_v4_request,AdditionalHeaders=abc;zabc,Signature=4a4183c187c07c8947db7620deb0a6b38d9fbdd34187b6dbaccb316fa251212f",
    );
  });

  it("signs with the words of another service", async () => {
    const authorization = await authorizationOf(goRequest("text/plain"), {
      credentials: goCredentials,
      time: goTime(1702743657),
      region: "cb-123",
      words: cloudBoxWords,
    });

    assert.equal(
      authorization,
      "OSS4-HMAC-SHA256 Credential=ak/20231216/cb-123/oss-cloudbox/aliyun_v4_request,Signature=94ce1f12c17d148ea681030275a94449d3357f5b5b21133996eec80af3e08a43",
    );
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { queryValue, type RequestMessage } from "../../../src/protocol/http-message.ts";
import { signV4Url } from "../../../src/protocol/signing/sign-v4-url.ts";
import {
  exampleCredentials as credentials,
  exampleDownload,
  exampleRegion as region,
  temporaryCredentials,
  exampleTime as time,
} from "./example-request.ts";
import { cloudBoxWords, goCredentials, goRequest, goTemporaryCredentials, goTime } from "./go-v2-request.ts";
import { nodeSigningCrypto } from "./node-signing-crypto.ts";

const options = { credentials, time, region, expiresInSeconds: 600 };

async function signatureOf(
  request: RequestMessage,
  signOptions: Parameters<typeof signV4Url>[1],
): Promise<string | undefined> {
  return queryValue((await signV4Url(request, signOptions, nodeSigningCrypto)).query, "x-oss-signature");
}

describe("signV4Url()", () => {
  it("presigns a GET as the SDKs do", async () => {
    const signed = await signV4Url(exampleDownload(), options, nodeSigningCrypto);

    assert.deepEqual(signed, {
      ...exampleDownload(),
      query: [
        ["response-content-type", "text/html"],
        ["x-oss-signature-version", "OSS4-HMAC-SHA256"],
        ["x-oss-credential", "testAccessKeyId/20231203/cn-hangzhou/oss/aliyun_v4_request"],
        ["x-oss-date", "20231203T121212Z"],
        ["x-oss-expires", "600"],
        ["x-oss-signature", "8c2e88d49c35c1cbe2611a6e648a451938e01138de3cb74a88705c7570d3db6d"],
      ],
    });
  });

  it("signs the token of a temporary key", async () => {
    const signed = await signV4Url(
      exampleDownload(),
      { ...options, credentials: temporaryCredentials },
      nodeSigningCrypto,
    );

    assert.equal(queryValue(signed.query, "x-oss-security-token"), "sts-token-example");
    assert.equal(
      queryValue(signed.query, "x-oss-signature"),
      "f231e2c58842ddebcbcb9a92cf3c5c429955bd728677cf44982d94a474896930",
    );
  });

  it("signs the host of a PUT", async () => {
    const signature = await signatureOf(
      {
        method: "PUT",
        resource: exampleDownload().resource,
        query: [],
        headers: { "content-type": "text/plain", host: "examplebucket.oss-cn-hangzhou.aliyuncs.com" },
      },
      { ...options, additionalHeaders: ["host"] },
    );

    assert.equal(signature, "c0447fcde5e10bbc6f2fa9dbfa578afdba495e69073ec229cd0309ddf034e90b");
  });

  it("replaces what an earlier signing left behind", async () => {
    const once = await signV4Url(
      exampleDownload(),
      { ...options, credentials: temporaryCredentials, expiresInSeconds: 1 },
      nodeSigningCrypto,
    );

    const twice = await signV4Url(once, options, nodeSigningCrypto);

    assert.deepEqual(twice, await signV4Url(exampleDownload(), options, nodeSigningCrypto));
  });

  for (const expiresInSeconds of [1, 604_800]) {
    it(`accepts a life of ${expiresInSeconds} s`, async () => {
      const signed = await signV4Url(exampleDownload(), { ...options, expiresInSeconds }, nodeSigningCrypto);

      assert.equal(queryValue(signed.query, "x-oss-expires"), String(expiresInSeconds));
    });
  }

  for (const expiresInSeconds of [0, -1, 604_801, 1.5, Number.NaN]) {
    it(`refuses a life of ${expiresInSeconds} s`, async () => {
      await assert.rejects(signatureOf(exampleDownload(), { ...options, expiresInSeconds }), RangeError);
    });
  }

  it("refuses to sign a header that is not there", async () => {
    await assert.rejects(
      signatureOf(exampleDownload(), { ...options, additionalHeaders: ["host"] }),
      TypeError,
    );
  });
});

// Source: alibabacloud-oss-go-sdk-v2, oss/signer/signer_test.go, TestV4AuthQuery…
describe("signV4Url() on the vectors of Go v2", () => {
  const request = goRequest("application/octet-stream");

  it("signs signs, separators and empty values in the query", async () => {
    const signature = await signatureOf(request, {
      credentials: goCredentials,
      time: goTime(1702781677),
      region,
      expiresInSeconds: 599,
    });

    assert.equal(signature, "a39966c61718be0d5b14e668088b3fa07601033f6518ac7b523100014269c0fe");
  });

  it("signs a token", async () => {
    const signature = await signatureOf(request, {
      credentials: goTemporaryCredentials,
      time: goTime(1702785388),
      region,
      expiresInSeconds: 599,
    });

    assert.equal(signature, "3817ac9d206cd6dfc90f1c09c00be45005602e55898f26f5ddb06d7892e1f8b5");
  });

  it("signs additional headers, without those that are signed anyway", async () => {
    const signature = await signatureOf(request, {
      credentials: goCredentials,
      time: goTime(1702783809),
      region,
      expiresInSeconds: 599,
      additionalHeaders: ["x-oss-no-exist", "abc", "x-oss-head1", "ZAbc"],
    });

    assert.equal(signature, "6bd984bfe531afb6db1f7550983a741b103a8c58e5e14f83ea474c2322dfa2b7");
  });

  it("signs with the words of another service", async () => {
    const signature = await signatureOf(request, {
      credentials: goCredentials,
      time: goTime(1702781677),
      region: "cb-123",
      expiresInSeconds: 599,
      additionalHeaders: ["ZAbc", "abc"],
      words: cloudBoxWords,
    });

    assert.equal(signature, "07284191b9b4978ac3520cd39ee2dea2747eda454089359371ff463a6c7ba20f");
  });
});

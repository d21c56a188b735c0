import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RequestMessage } from "../../../src/protocol/http-message.ts";
import { signV1Url } from "../../../src/protocol/signing/sign-v1-url.ts";
import {
  exampleCredentials as credentials,
  exampleDownload,
  secondsAfterExample,
  temporaryCredentials,
} from "./example-request.ts";
import { nodeSigningCrypto } from "./node-signing-crypto.ts";

const expires = secondsAfterExample(600);

describe("signV1Url()", () => {
  it("presigns a GET as the SDKs do", async () => {
    const signed = await signV1Url(exampleDownload(), { credentials, expires }, nodeSigningCrypto);

    assert.deepEqual(signed, {
      ...exampleDownload(),
      query: [
        ["response-content-type", "text/html"],
        ["OSSAccessKeyId", "testAccessKeyId"],
        ["Expires", "1701606132"],
        ["Signature", "v4OtpJzCCFkJBw2PqHyIlNw+mM0="],
      ],
    });
  });

  it("signs the token of a temporary key as a sub-resource", async () => {
    const signed = await signV1Url(
      exampleDownload(),
      { credentials: temporaryCredentials, expires },
      nodeSigningCrypto,
    );

    assert.deepEqual(Object.fromEntries(signed.query), {
      "response-content-type": "text/html",
      "security-token": "sts-token-example",
      OSSAccessKeyId: "testAccessKeyId",
      Expires: "1701606132",
      Signature: "1D02Gp7qfCkNcjlbrP9aURT6mVc=",
    });
  });

  it("replaces what an earlier signing left behind", async () => {
    const once = await signV1Url(
      exampleDownload(),
      { credentials: temporaryCredentials, expires: new Date(0) },
      nodeSigningCrypto,
    );

    const twice = await signV1Url(once, { credentials, expires }, nodeSigningCrypto);

    assert.deepEqual(twice, await signV1Url(exampleDownload(), { credentials, expires }, nodeSigningCrypto));
  });

  it("refuses an expiry that is no date, or before 1970", async () => {
    await assert.rejects(
      signV1Url(exampleDownload(), { credentials, expires: new Date(Number.NaN) }, nodeSigningCrypto),
      RangeError,
    );
    await assert.rejects(
      signV1Url(exampleDownload(), { credentials, expires: new Date(-1) }, nodeSigningCrypto),
      RangeError,
    );
  });
});

// Source: alibabacloud-oss-go-sdk-v2, oss/signer/signer_test.go, TestV1AuthQuery.
describe("signV1Url() on the vectors of Go v2", () => {
  const goGet: RequestMessage = {
    method: "GET",
    resource: { bucket: "bucket", key: "key" },
    query: [["versionId", "versionId"]],
    headers: {},
  };

  it("signs case 1", async () => {
    const signed = await signV1Url(
      goGet,
      {
        credentials: { accessKeyId: "ak", accessKeySecret: "sk" },
        expires: new Date("2023-11-12T16:43:40Z"),
      },
      nodeSigningCrypto,
    );

    assert.deepEqual(Object.fromEntries(signed.query), {
      versionId: "versionId",
      OSSAccessKeyId: "ak",
      Expires: "1699807420",
      Signature: "dcLTea+Yh9ApirQ8o8dOPqtvJXQ=",
    });
  });

  it("signs case 2, a plus in the key and a token", async () => {
    const signed = await signV1Url(
      { ...goGet, resource: { bucket: "bucket", key: "key+123" } },
      {
        credentials: { accessKeyId: "ak", accessKeySecret: "sk", securityToken: "token" },
        expires: new Date("2023-11-12T16:56:44Z"),
      },
      nodeSigningCrypto,
    );

    assert.deepEqual(Object.fromEntries(signed.query), {
      versionId: "versionId",
      "security-token": "token",
      OSSAccessKeyId: "ak",
      Expires: "1699808204",
      Signature: "jzKYRrM5y6Br0dRFPaTGOsbrDhY=",
    });
  });
});

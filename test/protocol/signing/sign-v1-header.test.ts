import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RequestMessage } from "../../../src/protocol/http-message.ts";
import { signV1Header } from "../../../src/protocol/signing/sign-v1-header.ts";
import { v1StringToSign } from "../../../src/protocol/signing/v1-signature.ts";
import {
  exampleCredentials as credentials,
  exampleUploadPart,
  temporaryCredentials,
  exampleTime as time,
} from "./example-request.ts";
import { nodeSigningCrypto } from "./node-signing-crypto.ts";

async function authorizationOf(
  request: RequestMessage,
  options: Parameters<typeof signV1Header>[1] = { credentials, time },
): Promise<string | undefined> {
  return (await signV1Header(request, options, nodeSigningCrypto)).headers.authorization;
}

describe("v1StringToSign()", () => {
  it("joins the lines that oss2, ali-oss and Go v2 sign", () => {
    const text = v1StringToSign(exampleUploadPart(), "Sun, 03 Dec 2023 12:12:12 GMT");

    assert.equal(
      text,
      "PUT\neB5eJF1ptWaXm4bijSPyxw==\ntext/plain\nSun, 03 Dec 2023 12:12:12 GMT\nx-oss-traffic-limit:819200\n/examplebucket/dir/a b+c~中.txt?partNumber=1&uploadId=0004B9894A22E5B1888A1E29F8236E2D",
    );
  });

  it("sorts headers and sub-resources, trims headers, and takes a repeated parameter's first value", () => {
    const text = v1StringToSign(
      {
        method: "GET",
        resource: { bucket: "b" },
        query: [
          ["uploads", ""],
          ["prefix", "not signed"],
          ["acl", "first"],
          ["acl", "second"],
          ["x-oss-anything", "1"],
        ],
        headers: { "x-oss-b": " 2 ", "x-oss-a": "1", "x-other": "not signed" },
      },
      "date",
    );

    assert.equal(text, "GET\n\n\ndate\nx-oss-a:1\nx-oss-b:2\n/b/?acl=first&uploads&x-oss-anything=1");
  });
});

describe("signV1Header()", () => {
  it("signs an UploadPart as the SDKs do", async () => {
    const signed = await signV1Header(exampleUploadPart(), { credentials, time }, nodeSigningCrypto);

    assert.deepEqual(signed, {
      ...exampleUploadPart(),
      headers: {
        ...exampleUploadPart().headers,
        date: "Sun, 03 Dec 2023 12:12:12 GMT",
        authorization: "OSS testAccessKeyId:xLPuJK00dAKjYCJW75ywIeqddl8=",
      },
    });
  });

  it("signs x-oss-date instead of date as ali-oss does", async () => {
    const authorization = await authorizationOf(exampleUploadPart(), {
      credentials,
      time,
      dateHeader: "x-oss-date",
    });

    assert.equal(authorization, "OSS testAccessKeyId:+CDhZjMILp17t5s1S/Aynigrx9o=");
  });

  it("signs the token of a temporary key", async () => {
    const signed = await signV1Header(
      exampleUploadPart(),
      { credentials: temporaryCredentials, time },
      nodeSigningCrypto,
    );

    assert.equal(signed.headers["x-oss-security-token"], "sts-token-example");
    assert.equal(signed.headers.authorization, "OSS testAccessKeyId:I3h0QwGp6lTJeH8qGd9AQN994Kw=");
  });

  it("signs a request to the service", async () => {
    const authorization = await authorizationOf({ method: "GET", resource: {}, query: [], headers: {} });

    assert.equal(authorization, "OSS testAccessKeyId:YugojdQR8fL1zHDS8y6K8XINPxg=");
  });

  it("signs a request to a bucket, of whose query only the mark counts", async () => {
    const authorization = await authorizationOf({
      method: "GET",
      resource: { bucket: "examplebucket" },
      query: [
        ["uploads", ""],
        ["prefix", "dir/"],
        ["max-uploads", "10"],
      ],
      headers: {},
    });

    assert.equal(authorization, "OSS testAccessKeyId:yP6tX7ooaUv2SHDFVEJGk9pSdGc=");
  });

  it("replaces what an earlier signing left behind", async () => {
    const once = await signV1Header(
      exampleUploadPart(),
      { credentials: temporaryCredentials, time: new Date(0), dateHeader: "x-oss-date" },
      nodeSigningCrypto,
    );

    const twice = await signV1Header(once, { credentials, time }, nodeSigningCrypto);

    assert.deepEqual(
      twice,
      await signV1Header(exampleUploadPart(), { credentials, time }, nodeSigningCrypto),
    );
  });

  it("refuses an invalid time", async () => {
    await assert.rejects(
      authorizationOf(exampleUploadPart(), { credentials, time: new Date(Number.NaN) }),
      RangeError,
    );
  });
});

// Source: alibabacloud-oss-go-sdk-v2, oss/signer/signer_test.go, TestV1AuthHeader.
describe("signV1Header() on the vectors of Go v2", () => {
  const goOptions = {
    credentials: { accessKeyId: "ak", accessKeySecret: "sk" },
    time: new Date("2022-12-28T10:27:41Z"),
    dateHeader: "x-oss-date",
  } as const;
  const goPut: RequestMessage = {
    method: "PUT",
    resource: { bucket: "examplebucket", key: "nelson" },
    query: [],
    headers: {
      "content-md5": "eB5eJF1ptWaXm4bijSPyxw==",
      "content-type": "text/html",
      "x-oss-meta-author": "alice",
      "x-oss-meta-magic": "abracadabra",
    },
  };
  const goGet: RequestMessage = {
    method: "GET",
    resource: { bucket: "examplebucket" },
    query: [],
    headers: {},
  };

  it("signs case 1, metadata", async () => {
    assert.equal(await authorizationOf(goPut, goOptions), "OSS ak:kSHKmLxlyEAKtZPkJhG9bZb5k7M=");
  });

  it("signs case 2, a sub-resource", async () => {
    const authorization = await authorizationOf({ ...goPut, query: [["acl", ""]] }, goOptions);

    assert.equal(authorization, "OSS ak:/afkugFbmWDQ967j1vr6zygBLQk=");
  });

  it("signs case 3, an unsigned parameter", async () => {
    const authorization = await authorizationOf(
      {
        ...goGet,
        query: [
          ["resourceGroup", ""],
          ["non-resousce", "null"],
        ],
      },
      goOptions,
    );

    assert.equal(authorization, "OSS ak:vkQmfuUDyi1uDi3bKt67oemssIs=");
  });

  it("signs case 4, two sub-resources", async () => {
    const authorization = await authorizationOf(
      {
        ...goGet,
        query: [
          ["resourceGroup", ""],
          ["acl", ""],
        ],
      },
      goOptions,
    );

    assert.equal(authorization, "OSS ak:x3E5TgOvl/i7PN618s5mEvpJDYk=");
  });
});

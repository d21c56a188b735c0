import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { queryValue, type RequestMessage, type Resource } from "../../../src/protocol/http-message.ts";
import { signV4Header } from "../../../src/protocol/signing/sign-v4-header.ts";
import {
  exampleCredentials as credentials,
  exampleDownload,
  exampleTime,
  exampleUploadPart,
  exampleRegion as region,
  withHeader,
  withParameter,
} from "./example-request.ts";
import { nodeSigningCrypto } from "./node-signing-crypto.ts";
import { serviceErrorLike } from "./service-error-like.ts";
import { v1Header, v1Url, v4Header, v4Url, verify } from "./signed-examples.ts";

const SHA256_OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

describe("verifyAuthentication()", () => {
  it("returns the resource that was signed, of each scheme", async () => {
    for (const request of [await v1Header(), await v1Url(), await v4Header(), await v4Url()]) {
      assert.equal(await verify(request), request.resource);
    }
  });

  it("finds the candidate that was signed, whichever it is", async () => {
    const short = { bucket: "b", key: "x" };
    const long = { bucket: "b", key: "b/x" };

    for (const sign of [v1Header, v1Url, v4Header, v4Url]) {
      for (const resource of [short, long]) {
        const request = await sign({ ...exampleDownload(), resource });

        assert.equal(await verify(request, { candidates: [short, long] }), resource);
      }
    }
  });

  it("accepts oss2's order of fields in a V4 header", async () => {
    const signed = await v4Header();
    const [credential, signature] = signed.headers.authorization?.split(",") ?? [];
    const reordered = `OSS4-HMAC-SHA256 ${signature}, ${credential?.split(" ")[1]}`;

    await verify(withHeader(signed, "authorization", reordered));
  });

  it("accepts additional headers as they were signed, and no others", async () => {
    const host = "examplebucket.oss-cn-hangzhou.aliyuncs.com";
    const signed = await signV4Header(
      withHeader(exampleUploadPart(), "host", host),
      { credentials, time: exampleTime, region, additionalHeaders: ["host"] },
      nodeSigningCrypto,
    );

    await verify(signed);
    await assert.rejects(
      verify(withHeader(signed, "host", "elsewhere")),
      serviceErrorLike({ code: "SignatureDoesNotMatch", status: 403 }),
    );
    await assert.rejects(
      verify(withHeader(signed, "host", undefined)),
      serviceErrorLike({ code: "InvalidArgument", status: 400 }),
    );
  });

  it("is not confused by additional headers that are called like properties of every object", async () => {
    const signed = await v4Header();
    const forged = signed.headers.authorization?.replace(",", ",AdditionalHeaders=__proto__;constructor,");

    await assert.rejects(
      verify(withHeader(signed, "authorization", forged)),
      serviceErrorLike({ code: "InvalidArgument", status: 400 }),
    );
  });

  it("refuses an empty list of candidates", async () => {
    await assert.rejects(verify(await v1Header(), { candidates: [] }), RangeError);
  });
});

// Source: ali-oss 6.23.0, lib/common/signUtils.js, run on these queries.
describe("verifyAuthentication() of V4 requests of ali-oss with parameters without a value", () => {
  function aliOssRequest(
    resource: Resource,
    query: RequestMessage["query"],
    signature: string,
  ): RequestMessage {
    return {
      method: "GET",
      resource,
      query,
      headers: {
        "x-oss-date": "20231203T121212Z",
        "x-oss-content-sha256": "UNSIGNED-PAYLOAD",
        authorization: `OSS4-HMAC-SHA256 Credential=testAccessKeyId/20231203/cn-hangzhou/oss/aliyun_v4_request,Signature=${signature}`,
      },
    };
  }

  it("accepts listBuckets(), which signs marker=&max-keys=100&prefix=", async () => {
    const request = aliOssRequest(
      {},
      [
        ["prefix", ""],
        ["max-keys", "100"],
        ["marker", ""],
      ],
      "ef2803a78cca4dbcd586373d9183bd3bd055f621f7dfce4c3337db7313d95018",
    );

    assert.equal(await verify(request), request.resource);
  });

  it("accepts listUploads(), which signs max-uploads=10&prefix=&uploads", async () => {
    const request = aliOssRequest(
      { bucket: "examplebucket" },
      [
        ["uploads", ""],
        ["prefix", ""],
        ["max-uploads", "10"],
      ],
      "1639b88a8d2b7ac3383aa33727f9072acfc5604772c1de140d70a9ddeb1b68b0",
    );

    assert.equal(await verify(request), request.resource);
  });

  it("accepts a sub-resource passed as a query, which signs acl=", async () => {
    const request = aliOssRequest(
      { bucket: "examplebucket" },
      [["acl", ""]],
      "7ef20ad88957c8a80f4e59dd5419b7ccc32328c9143660365dcc57dd70fb5767",
    );

    assert.equal(await verify(request), request.resource);
  });
});

describe("verifyAuthentication() of a wrong signature", () => {
  it("shows what V1 should have signed", async () => {
    const request: RequestMessage = {
      method: "GET",
      resource: { bucket: "b", key: "中" },
      query: [],
      headers: {},
    };
    const signed = await v1Header(request);

    await assert.rejects(
      verify(withHeader(signed, "authorization", "OSS testAccessKeyId:wrong")),
      serviceErrorLike({
        code: "SignatureDoesNotMatch",
        status: 403,
        message:
          "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
        fields: {
          OSSAccessKeyId: "testAccessKeyId",
          SignatureProvided: "wrong",
          StringToSign: "GET\n\n\nSun, 03 Dec 2023 12:12:12 GMT\n/b/中",
          StringToSignBytes:
            "47 45 54 0A 0A 0A 53 75 6E 2C 20 30 33 20 44 65 63 20 32 30 32 33 20 31 32 3A 31 32 3A 31 32 20 47 4D 54 0A 2F 62 2F E4 B8 AD ",
        },
        ec: "0002-00000040",
      }),
    );
  });

  it("shows the canonical request of V4, of the first candidate and in the documented form", async () => {
    const signed = await v4Header({
      method: "GET",
      resource: { bucket: "b" },
      query: [["prefix", ""]],
      headers: {},
    });

    const failure = await verify(signed, {
      credentials: { ...credentials, accessKeySecret: "another" },
      candidates: [{ bucket: "b" }, { bucket: "b", key: "b" }],
    }).catch((error) => error);

    assert.equal(failure.code, "SignatureDoesNotMatch");
    assert.equal(failure.ec, undefined);
    assert.deepEqual(Object.keys(failure.fields), [
      "OSSAccessKeyId",
      "SignatureProvided",
      "StringToSign",
      "StringToSignBytes",
      "CanonicalRequest",
    ]);
    assert.equal(
      failure.fields.CanonicalRequest,
      "GET\n/b/\nprefix\nx-oss-content-sha256:UNSIGNED-PAYLOAD\nx-oss-date:20231203T121212Z\n\n\nUNSIGNED-PAYLOAD",
    );
    assert.match(
      failure.fields.StringToSign,
      /^OSS4-HMAC-SHA256\n20231203T121212Z\n20231203\/cn-hangzhou\/oss\/aliyun_v4_request\n[0-9a-f]{64}$/,
    );
  });

  it("takes an empty Content-Type and none for the same under V4, and no other", async () => {
    for (const sign of [v4Header, v4Url]) {
      const bare = { ...exampleDownload(), method: "PUT" as const };
      const signedBare = await sign(bare);
      const signedEmpty = await sign(withHeader(bare, "content-type", ""));

      await verify(withHeader(signedBare, "content-type", ""));
      await verify(withHeader(signedEmpty, "content-type", undefined));
      for (const signed of [signedBare, signedEmpty]) {
        await assert.rejects(
          verify(withHeader(signed, "content-type", "text/plain")),
          serviceErrorLike({ code: "SignatureDoesNotMatch", status: 403 }),
        );
      }
    }
  });

  it("never shows the secret", async () => {
    const secret = "a-secret-that-nobody-may-see";
    const another = { ...credentials, accessKeySecret: secret };

    for (const request of [await v1Header(), await v1Url(), await v4Header(), await v4Url()]) {
      const failure = await verify(request, { credentials: another }).catch((error) => error);

      assert.equal(failure.code, "SignatureDoesNotMatch");
      assert.ok(!JSON.stringify([failure.message, failure.fields, failure.stack]).includes(secret));
    }
  });
});

describe("verifyAuthentication() of the region and the body", () => {
  it("refuses a V4 header for another region", async () => {
    await assert.rejects(
      verify(await v4Header(), { region: "cn-beijing" }),
      serviceErrorLike({
        code: "InvalidArgument",
        status: 400,
        message: "Invalid signing region in Authorization header.",
        ec: "0002-00000226",
      }),
    );
  });

  it("refuses a V4 URL for another region", async () => {
    await assert.rejects(
      verify(await v4Url(), { region: "cn-beijing" }),
      serviceErrorLike({
        code: "InvalidArgument",
        status: 400,
        message: "Invalid signing region in x-oss-credential.",
      }),
    );
  });

  it("refuses an empty region in the words that oss2's tests expect", async () => {
    const url = await v4Url();
    const credential = queryValue(url.query, "x-oss-credential")?.replace("cn-hangzhou", "");
    const header = (await v4Header()).headers.authorization?.replace("cn-hangzhou", "");

    for (const request of [
      withParameter(url, "x-oss-credential", credential),
      withHeader(await v4Header(), "authorization", header),
    ]) {
      await assert.rejects(
        verify(request),
        serviceErrorLike({
          code: "InvalidArgument",
          status: 400,
          message: "The signing region in credential is invalid.",
        }),
      );
    }
  });

  it("refuses the hash of a body, which it would not compare", async () => {
    await assert.rejects(
      verify(withHeader(await v4Header(), "x-oss-content-sha256", SHA256_OF_NOTHING)),
      serviceErrorLike({
        code: "InvalidArgument",
        status: 400,
        fields: { ArgumentName: "x-oss-content-sha256", ArgumentValue: SHA256_OF_NOTHING },
        ec: "0002-00000214",
      }),
    );
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Query, RequestMessage } from "../../../src/protocol/http-message.ts";
import { parseAuthentication } from "../../../src/protocol/signing/parse-authentication.ts";
import { exampleDownload, exampleUploadPart, withHeader, withParameter } from "./example-request.ts";
import { serviceErrorLike } from "./service-error-like.ts";

const CREDENTIAL = "testAccessKeyId/20231203/cn-hangzhou/oss/aliyun_v4_request";
const SIGNATURE = "6ca888075e935fae150b7fe8ec1604d16e40f071a50bddee594707cee46b0165";

function authorizedBy(authorization: string): RequestMessage {
  return withHeader(exampleUploadPart(), "authorization", authorization);
}

function v1Url(): RequestMessage {
  return withQuery([
    ["OSSAccessKeyId", "id"],
    ["Expires", "1701606132"],
    ["Signature", "v4OtpJzCCFkJBw2PqHyIlNw+mM0="],
  ]);
}

function v4Url(): RequestMessage {
  return withQuery([
    ["x-oss-signature-version", "OSS4-HMAC-SHA256"],
    ["x-oss-credential", CREDENTIAL],
    ["x-oss-date", "20231203T121212Z"],
    ["x-oss-expires", "600"],
    ["x-oss-signature", SIGNATURE],
  ]);
}

function withQuery(query: Query): RequestMessage {
  return { ...exampleDownload(), query };
}

describe("parseAuthentication()", () => {
  it("finds none in an anonymous request, whatever x-oss-* parameters it has", () => {
    const request = withQuery([
      ["x-oss-process", "image/info"],
      ["x-oss-date", "20231203T121212Z"],
    ]);

    assert.equal(parseAuthentication(request), undefined);
  });

  it("refuses a signature in both places", () => {
    for (const request of [v1Url(), v4Url()]) {
      assert.throws(
        () => parseAuthentication(withHeader(request, "authorization", "OSS id:signature")),
        serviceErrorLike({ code: "InvalidArgument", status: 400, ec: "0002-00000039" }),
      );
    }
  });
});

describe("parseAuthentication() of an Authorization header", () => {
  it("reads version 1", () => {
    assert.deepEqual(parseAuthentication(authorizedBy("OSS id:xLPuJK00dAKjYCJW75ywIeqddl8=")), {
      scheme: "v1-header",
      accessKeyId: "id",
      signature: "xLPuJK00dAKjYCJW75ywIeqddl8=",
    });
  });

  it("reads the token beside version 1, and takes an empty one for none", () => {
    const request = authorizedBy("OSS id:signature");

    assert.equal(
      parseAuthentication(withHeader(request, "x-oss-security-token", "token"))?.securityToken,
      "token",
    );
    assert.equal(
      parseAuthentication(withHeader(request, "x-oss-security-token", ""))?.securityToken,
      undefined,
    );
  });

  it("reads version 4 as ali-oss and Go v2 write it", () => {
    const header = `OSS4-HMAC-SHA256 Credential=${CREDENTIAL},AdditionalHeaders=host;range,Signature=${SIGNATURE}`;

    assert.deepEqual(parseAuthentication(authorizedBy(header)), {
      scheme: "v4-header",
      accessKeyId: "testAccessKeyId",
      scope: { day: "20231203", region: "cn-hangzhou" },
      signature: SIGNATURE,
      additionalHeaders: ["host", "range"],
    });
  });

  it("reads version 4 as oss2 writes it: blanks, and the list at the end", () => {
    const header = `OSS4-HMAC-SHA256 Credential=${CREDENTIAL}, Signature=${SIGNATURE}, AdditionalHeaders=Range;host`;

    assert.deepEqual(parseAuthentication(authorizedBy(header)), {
      scheme: "v4-header",
      accessKeyId: "testAccessKeyId",
      scope: { day: "20231203", region: "cn-hangzhou" },
      signature: SIGNATURE,
      additionalHeaders: ["host", "range"],
    });
  });

  it("keeps slashes in an access key id", () => {
    const header = `OSS4-HMAC-SHA256 Credential=a/${CREDENTIAL},Signature=${SIGNATURE}`;

    assert.equal(parseAuthentication(authorizedBy(header))?.accessKeyId, "a/testAccessKeyId");
  });

  for (const header of [
    "",
    "OSS",
    "OSS id",
    "OSS id:",
    "OSS :signature",
    "OSS id:signature and more",
    "Basic aWQ6c2VjcmV0",
    "AWS4-HMAC-SHA256 Credential=id/20231203/us-east-1/s3/aws4_request",
    "OSS4-HMAC-SHA256 ",
    "OSS4-HMAC-SHA256 Credential",
    `OSS4-HMAC-SHA256 Credential=${CREDENTIAL}`,
    `OSS4-HMAC-SHA256 Signature=${SIGNATURE}`,
    `OSS4-HMAC-SHA256 Credential=${CREDENTIAL},Signature=`,
    `OSS4-HMAC-SHA256 Credential=${CREDENTIAL},Credential=${CREDENTIAL},Signature=${SIGNATURE}`,
    `OSS4-HMAC-SHA256 Credential=id/20231203/cn-hangzhou/s3/aliyun_v4_request,Signature=${SIGNATURE}`,
    `OSS4-HMAC-SHA256 Credential=id/20231203/cn-hangzhou/oss/aws4_request,Signature=${SIGNATURE}`,
    `OSS4-HMAC-SHA256 Credential=20231203/cn-hangzhou/oss/aliyun_v4_request,Signature=${SIGNATURE}`,
  ]) {
    it(`refuses "${header}"`, () => {
      assert.throws(
        () => parseAuthentication(authorizedBy(header)),
        serviceErrorLike({
          code: "InvalidArgument",
          status: 400,
          message: "Authorization header is invalid.",
          fields: { ArgumentName: "Authorization", ArgumentValue: header.split(" ")[0] ?? "" },
        }),
      );
    });
  }

  for (const list of ["", ";", "host;", " "]) {
    it(`refuses the list of additional headers "${list}"`, () => {
      const header = `OSS4-HMAC-SHA256 Credential=${CREDENTIAL},AdditionalHeaders=${list},Signature=${SIGNATURE}`;

      assert.throws(
        () => parseAuthentication(authorizedBy(header)),
        serviceErrorLike({ code: "InvalidArgument", status: 400, ec: "0002-00000209" }),
      );
    });
  }
});

describe("parseAuthentication() of a presigned URL", () => {
  it("reads version 1, with a token", () => {
    assert.deepEqual(parseAuthentication(withParameter(v1Url(), "security-token", "token")), {
      scheme: "v1-url",
      accessKeyId: "id",
      signature: "v4OtpJzCCFkJBw2PqHyIlNw+mM0=",
      expires: "1701606132",
      securityToken: "token",
    });
  });

  it("takes the first of repeated parameters", () => {
    const { query } = v1Url();
    const request = withQuery([...query, ["OSSAccessKeyId", "another"]]);

    assert.equal(parseAuthentication(request)?.accessKeyId, "id");
  });

  for (const name of ["OSSAccessKeyId", "Expires", "Signature"]) {
    it(`refuses version 1 without ${name}`, () => {
      assert.throws(
        () => parseAuthentication(withParameter(v1Url(), name, undefined)),
        serviceErrorLike({
          code: "AccessDenied",
          status: 403,
          message:
            "Query-string authentication requires the Signature, Expires and OSSAccessKeyId parameters",
        }),
      );
    });
  }

  it("reads version 4, with a token and additional headers", () => {
    const request = withParameter(v4Url(), "x-oss-security-token", "token");

    assert.deepEqual(parseAuthentication(withParameter(request, "x-oss-additional-headers", "host")), {
      scheme: "v4-url",
      accessKeyId: "testAccessKeyId",
      scope: { day: "20231203", region: "cn-hangzhou" },
      signature: SIGNATURE,
      date: "20231203T121212Z",
      expires: "600",
      additionalHeaders: ["host"],
      securityToken: "token",
    });
  });

  for (const name of [
    "x-oss-signature-version",
    "x-oss-credential",
    "x-oss-date",
    "x-oss-expires",
    "x-oss-signature",
  ]) {
    it(`refuses version 4 without ${name}`, () => {
      assert.throws(
        () => parseAuthentication(withParameter(v4Url(), name, undefined)),
        serviceErrorLike({
          code: "InvalidArgument",
          status: 400,
          fields: { ArgumentName: name, ArgumentValue: "" },
        }),
      );
    });
  }

  it("refuses a credential of another form, and an unknown version", () => {
    for (const name of ["x-oss-credential", "x-oss-signature-version"]) {
      assert.throws(
        () => parseAuthentication(withParameter(v4Url(), name, "something")),
        serviceErrorLike({
          code: "InvalidArgument",
          status: 400,
          fields: { ArgumentName: name, ArgumentValue: "something" },
        }),
      );
    }
  });

  it("refuses an empty list of additional headers", () => {
    assert.throws(
      () => parseAuthentication(withParameter(v4Url(), "x-oss-additional-headers", "")),
      serviceErrorLike({ code: "InvalidArgument", status: 400, ec: "0002-00000209" }),
    );
  });
});

// Every signature here was made by oss2 2.19.1 (AuthV2), with its clock at the example's time.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RequestMessage } from "../../../src/protocol/http-message.ts";
import { parseAuthentication } from "../../../src/protocol/signing/parse-authentication.ts";
import { v2StringToSign } from "../../../src/protocol/signing/v2-signature.ts";
import {
  exampleCredentials,
  exampleDownload,
  exampleTime,
  exampleToken,
  exampleUploadPart,
  secondsAfterExample,
  temporaryCredentials,
  withHeader,
  withParameter,
} from "./example-request.ts";
import { serviceErrorLike } from "./service-error-like.ts";
import { verify } from "./signed-examples.ts";

const DATE = "Sun, 03 Dec 2023 12:12:12 GMT";
const mismatch = serviceErrorLike({ code: "SignatureDoesNotMatch", status: 403 });

function withAuthorization(request: RequestMessage, fields: string): RequestMessage {
  const dated = withHeader(request, "date", DATE);
  return withHeader(dated, "authorization", `OSS2 AccessKeyId:testAccessKeyId,${fields}`);
}

function uploadPartOfRange(): RequestMessage {
  return withAuthorization(
    withHeader(exampleUploadPart(), "range", "bytes=0-1"),
    "AdditionalHeaders:range,Signature:lwemC6oJUyasVEsCM2YApi/8fyYDQrRR0C4IfwrP/5A=",
  );
}

function presigned(signature: string, parameters: Readonly<Record<string, string>> = {}): RequestMessage {
  const own = {
    "x-oss-signature-version": "OSS2",
    "x-oss-expires": "1701606132",
    "x-oss-access-key-id": "testAccessKeyId",
    ...parameters,
    "x-oss-signature": signature,
  };
  const download = exampleDownload();
  return { ...download, query: [...download.query, ...Object.entries(own)] };
}

const signatureOfUrl = "CLEL5IwG3+B3iS8Iwln1c5tgDJEvUQB8sDM4NU1JMJI=";

describe("v2StringToSign()", () => {
  it("joins the lines that oss2 signs", () => {
    const text = v2StringToSign(withHeader(exampleUploadPart(), "range", "bytes=0-1"), {
      dateLine: DATE,
      additionalHeaders: ["range"],
    });

    assert.equal(
      text,
      "PUT\neB5eJF1ptWaXm4bijSPyxw==\ntext/plain\nSun, 03 Dec 2023 12:12:12 GMT\nrange:bytes=0-1\nx-oss-traffic-limit:819200\nrange\n%2Fexamplebucket%2Fdir%2Fa%20b%2Bc~%E4%B8%AD.txt?partNumber=1&uploadId=0004B9894A22E5B1888A1E29F8236E2D",
    );
  });
});

describe("verifyAuthentication() of a V2 header", () => {
  it("accepts what oss2 signs, with an additional header", async () => {
    const request = uploadPartOfRange();

    assert.equal(await verify(request), request.resource);
  });

  it("accepts it without additional headers", async () => {
    await verify(
      withAuthorization(exampleUploadPart(), "Signature:FK8c2+ypBkaOhYdSP5Ph2YvMSdV+Jq4jZSyLhW4/9c0="),
    );
  });

  it("accepts additional headers in any order, as oss2 lists them", async () => {
    const conditional = withHeader(
      withHeader({ ...exampleDownload(), query: [] }, "range", "bytes=0-1"),
      "if-modified-since",
      DATE,
    );

    for (const list of ["if-modified-since;range", "range;if-modified-since"]) {
      await verify(
        withAuthorization(
          conditional,
          `AdditionalHeaders:${list}, Signature:QeUVYw+CyxhZIYjjENDFkqhgKc7TG1sbrZIiW2Zx3Ew=`,
        ),
      );
    }
  });

  it("accepts the temporary key's token among the signed headers", async () => {
    const request = withAuthorization(
      withHeader(withHeader(exampleUploadPart(), "range", "bytes=0-1"), "x-oss-security-token", exampleToken),
      "AdditionalHeaders:range,Signature:Mvu5y5qY91Owb+1rWeJrIyKzGtp0nze1ONUW2Je2nIs=",
    );

    await verify(request, { credentials: temporaryCredentials });
  });

  it("writes parameters without a value as bare names, for the service", async () => {
    await verify(
      withAuthorization(
        {
          method: "GET",
          resource: {},
          query: [
            ["prefix", ""],
            ["marker", ""],
            ["max-keys", "100"],
          ],
          headers: {},
        },
        "Signature:ui1zFMeFX5JuNwlMW2rGF8klADfc5Ees8Nty5mG/RZM=",
      ),
    );
  });

  it("covers every parameter of a bucket's request, percent-encoded", async () => {
    const request = withAuthorization(
      {
        method: "GET",
        resource: { bucket: "examplebucket" },
        query: [
          ["prefix", "a/b c+中"],
          ["uploads", ""],
          ["max-uploads", "5"],
        ],
        headers: {},
      },
      "Signature:FZaazpcuywrDdMEpnhSw2PNInHYTgSKlSjnnEKE1Muo=",
    );

    await verify(request);
    await assert.rejects(verify(withParameter(request, "max-uploads", "6")), mismatch);
  });

  for (const [change, request] of [
    ["another key", { ...uploadPartOfRange(), resource: { bucket: "examplebucket", key: "dir" } }],
    ["another method", { ...uploadPartOfRange(), method: "POST" as const }],
    ["another range", withHeader(uploadPartOfRange(), "range", "bytes=0-2")],
    ["another limit", withHeader(uploadPartOfRange(), "x-oss-traffic-limit", "819201")],
    ["another date", withHeader(uploadPartOfRange(), "date", "Sun, 03 Dec 2023 12:12:13 GMT")],
    ["another type", withHeader(uploadPartOfRange(), "content-type", "text/html")],
    ["another parameter", withParameter(uploadPartOfRange(), "prefix", "p")],
  ] as const) {
    it(`is refused with ${change}`, async () => {
      await assert.rejects(verify(request), mismatch);
    });
  }

  // Source: EC 0002-00000112.
  it("is refused without a header that it covers, before it is compared", async () => {
    await assert.rejects(
      verify(withHeader(uploadPartOfRange(), "range", undefined)),
      serviceErrorLike({
        code: "InvalidArgument",
        status: 400,
        fields: { ArgumentName: "AdditionalHeaders", ArgumentValue: "range" },
        ec: "0002-00000112",
      }),
    );
  });

  it("is refused under another secret, and shows what should have been signed", async () => {
    const failure = await verify(uploadPartOfRange(), {
      credentials: { ...exampleCredentials, accessKeySecret: "another" },
    }).catch((error) => error);

    assert.ok(mismatch(failure));
    assert.deepEqual(Object.keys(failure.fields), [
      "OSSAccessKeyId",
      "SignatureProvided",
      "StringToSign",
      "StringToSignBytes",
    ]);
    assert.match(failure.fields.StringToSign, /^PUT\n.*\nrange\n%2Fexamplebucket%2Fdir/s);
  });

  it("is refused 15 minutes and a second later", async () => {
    await assert.rejects(
      verify(uploadPartOfRange(), { now: secondsAfterExample(15 * 60 + 1) }),
      serviceErrorLike({ code: "RequestTimeTooSkewed", status: 403, ec: "0002-00000504" }),
    );
  });

  it("is refused without a date", async () => {
    await assert.rejects(
      verify(withHeader(uploadPartOfRange(), "date", undefined)),
      serviceErrorLike({ code: "AccessDenied", status: 403, ec: "0002-00000503" }),
    );
  });
});

describe("verifyAuthentication() of a V2 URL", () => {
  it("accepts what oss2 signs, until the second that it names", async () => {
    const request = presigned(signatureOfUrl);

    assert.equal(await verify(request), request.resource);
    await verify(request, { now: secondsAfterExample(600) });
    await assert.rejects(
      verify(request, { now: secondsAfterExample(601) }),
      serviceErrorLike({
        code: "AccessDenied",
        status: 403,
        message: "Request has expired.",
        fields: { Expires: "2023-12-03T12:22:12.000Z", ServerTime: "2023-12-03T12:22:13.000Z" },
      }),
    );
  });

  it("accepts a temporary key's token among the parameters", async () => {
    await verify(
      presigned("RjPovRZ7OFn9W5/Q5pACO7MaLxlZt7D0Ovd2gLB/vrw=", { "security-token": exampleToken }),
      { credentials: temporaryCredentials },
    );
  });

  it("accepts an additional header", async () => {
    const request = {
      ...presigned("jmWdkvvYQLc1ZQxQhzrjGq67dqid3Wk4aeBHVelOPWw=", { "x-oss-additional-headers": "host" }),
      method: "PUT" as const,
      headers: { "content-type": "text/plain", host: "examplebucket.oss-cn-hangzhou.aliyuncs.com" },
    };

    await verify(withParameter(request, "response-content-type", undefined));
  });

  it("is refused with a later end, or another parameter", async () => {
    const request = presigned(signatureOfUrl);

    await assert.rejects(verify(withParameter(request, "x-oss-expires", "1701606133")), mismatch);
    await assert.rejects(verify(withParameter(request, "response-content-type", "text/css")), mismatch);
  });

  it("is refused with an end that is no number", async () => {
    await assert.rejects(
      verify(withParameter(presigned(signatureOfUrl), "x-oss-expires", "soon"), { now: exampleTime }),
      serviceErrorLike({
        code: "AccessDenied",
        status: 403,
        message: "Invalid date (should be seconds since epoch).",
      }),
    );
  });

  for (const name of ["x-oss-access-key-id", "x-oss-expires", "x-oss-signature"]) {
    it(`needs ${name}`, () => {
      assert.throws(
        () => parseAuthentication(withParameter(presigned(signatureOfUrl), name, undefined)),
        serviceErrorLike({
          code: "InvalidArgument",
          status: 400,
          fields: { ArgumentName: name, ArgumentValue: "" },
        }),
      );
    });
  }
});

describe("parseAuthentication() of a V2 header", () => {
  it("accepts fields in any order, with blanks", () => {
    assert.deepEqual(
      parseAuthentication({
        ...exampleDownload(),
        headers: { authorization: "OSS2 Signature:a+b/=, AdditionalHeaders: Range;host , AccessKeyId:id" },
      }),
      {
        scheme: "v2-header",
        accessKeyId: "id",
        signature: "a+b/=",
        additionalHeaders: ["host", "range"],
      },
    );
  });

  for (const fields of [
    "",
    "AccessKeyId:id",
    "Signature:s",
    "AccessKeyId:,Signature:s",
    "AccessKeyId:id,Signature:",
    "AccessKeyId=id,Signature=s",
    "AccessKeyId:id,AccessKeyId:id,Signature:s",
  ]) {
    it(`refuses the fields "${fields}"`, () => {
      assert.throws(
        () => parseAuthentication({ ...exampleDownload(), headers: { authorization: `OSS2 ${fields}` } }),
        serviceErrorLike({ code: "InvalidArgument", status: 400 }),
      );
    });
  }

  it("refuses an empty list of additional headers", () => {
    assert.throws(
      () =>
        parseAuthentication({
          ...exampleDownload(),
          headers: { authorization: "OSS2 AccessKeyId:id,AdditionalHeaders:,Signature:s" },
        }),
      serviceErrorLike({ code: "InvalidArgument", status: 400, ec: "0002-00000209" }),
    );
  });

  it("refuses a second signature in the URL", () => {
    assert.throws(
      () =>
        parseAuthentication(
          withHeader(presigned(signatureOfUrl), "authorization", "OSS2 AccessKeyId:id,Signature:s"),
        ),
      serviceErrorLike({ code: "InvalidArgument", status: 400, ec: "0002-00000039" }),
    );
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { oss4Words } from "../../../src/protocol/signing/oss4-words.ts";
import { signV1Header } from "../../../src/protocol/signing/sign-v1-header.ts";
import { v4CanonicalRequest } from "../../../src/protocol/signing/v4-canonical-request.ts";
import { v4Signature } from "../../../src/protocol/signing/v4-signature.ts";
import {
  exampleCredentials as credentials,
  exampleTime,
  exampleUploadPart,
  secondsAfterExample,
  withHeader,
  withParameter,
} from "./example-request.ts";
import { nodeSigningCrypto } from "./node-signing-crypto.ts";
import { serviceErrorLike } from "./service-error-like.ts";
import { v1Header, v1Url, v4Header, v4Url, verify } from "./signed-examples.ts";

const SKEW_MAX_SECONDS = 15 * 60;

describe("verifyAuthentication() of the date in a header", () => {
  for (const seconds of [SKEW_MAX_SECONDS, -SKEW_MAX_SECONDS]) {
    it(`accepts a clock that is ${seconds} s away`, async () => {
      await verify(await v1Header(), { now: secondsAfterExample(seconds) });
      await verify(await v4Header(), { now: secondsAfterExample(seconds) });
    });
  }

  it("refuses a clock that is further away", async () => {
    for (const request of [await v1Header(), await v4Header()]) {
      await assert.rejects(
        verify(request, { now: secondsAfterExample(SKEW_MAX_SECONDS + 1) }),
        serviceErrorLike({
          code: "RequestTimeTooSkewed",
          status: 403,
          fields: {
            MaxAllowedSkewMilliseconds: "900000",
            RequestTime: "2023-12-03T12:12:12.000Z",
            ServerTime: "2023-12-03T12:27:13.000Z",
          },
          ec: "0002-00000504",
        }),
      );
      await assert.rejects(
        verify(request, { now: secondsAfterExample(-SKEW_MAX_SECONDS - 1) }),
        serviceErrorLike({ code: "RequestTimeTooSkewed", status: 403 }),
      );
    }
  });

  for (const date of [undefined, "", "yesterday", "Sun, 03 Dec 2023 12:12:12", "2023"]) {
    it(`refuses V1 with the date "${date}"`, async () => {
      await assert.rejects(
        verify(withHeader(await v1Header(), "date", date)),
        serviceErrorLike({
          code: "AccessDenied",
          status: 403,
          message: "OSS authentication requires a valid Date.",
          ec: "0002-00000503",
        }),
      );
    });
  }

  it("counts on x-oss-date, in either form, where V1 has a date too", async () => {
    const signed = await signV1Header(
      exampleUploadPart(),
      { credentials, time: exampleTime, dateHeader: "x-oss-date" },
      nodeSigningCrypto,
    );

    await verify(withHeader(signed, "date", "Thu, 01 Jan 1970 00:00:00 GMT"));
    await assert.rejects(
      verify(withHeader(signed, "x-oss-date", "20231203T121212Z")),
      serviceErrorLike({ code: "SignatureDoesNotMatch", status: 403 }),
    );
  });

  it("takes V4 with an HTTP date in Date, as the Go SDK v1 and ossutil send it", async () => {
    const date = "Sun, 03 Dec 2023 12:12:12 GMT";
    const { "x-oss-date": _, ...headers } = exampleUploadPart().headers;
    const request = {
      ...exampleUploadPart(),
      headers: { ...headers, date, "x-oss-content-sha256": "UNSIGNED-PAYLOAD" },
    };
    const canonicalRequest = v4CanonicalRequest(request, {
      additionalHeaders: [],
      words: oss4Words,
    });
    const scope = { day: "20231203", region: "cn-hangzhou" };
    const { signature } = await v4Signature(
      { canonicalRequest, date, scope, secret: credentials.accessKeySecret, words: oss4Words },
      nodeSigningCrypto,
    );
    const authorization = `OSS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/20231203/cn-hangzhou/oss/aliyun_v4_request,Signature=${signature}`;

    await verify({ ...request, headers: { ...request.headers, authorization } });
  });

  for (const date of ["", "Sun, 03 Dec 2023 12:12:12", "20231303T121212Z"]) {
    it(`refuses V4 with the date "${date}"`, async () => {
      await assert.rejects(
        verify(withHeader(await v4Header(), "x-oss-date", date)),
        serviceErrorLike({ code: "AccessDenied", status: 403, ec: "0002-00000503" }),
      );
    });
  }

  it("refuses V4 when the credential is of another day", async () => {
    const request = withHeader(await v4Header(), "x-oss-date", "20231204T000000Z");

    await assert.rejects(
      verify(request, { now: new Date("2023-12-04T00:00:00Z") }),
      serviceErrorLike({ code: "InvalidArgument", status: 400 }),
    );
  });
});

describe("verifyAuthentication() of the life of a URL", () => {
  const expired = serviceErrorLike({
    code: "AccessDenied",
    status: 403,
    message: "Request has expired.",
    fields: { Expires: "2023-12-03T12:22:12.000Z", ServerTime: "2023-12-03T12:22:13.000Z" },
    ec: "0002-00000069",
  });

  it("accepts it to the last moment and refuses it a second later", async () => {
    for (const request of [await v1Url(), await v4Url()]) {
      await verify(request, { now: secondsAfterExample(600) });
      await assert.rejects(verify(request, { now: secondsAfterExample(601) }), expired);
    }
  });

  it("looks at the expiry before the signature", async () => {
    for (const request of [await v1Url(), await v4Url()]) {
      await assert.rejects(
        verify(request, {
          now: secondsAfterExample(601),
          credentials: { ...credentials, accessKeySecret: "another" },
        }),
        expired,
      );
    }
  });

  it("refuses a V1 expiry that is no number", async () => {
    await assert.rejects(
      verify(withParameter(await v1Url(), "Expires", "tomorrow")),
      serviceErrorLike({
        code: "AccessDenied",
        status: 403,
        message: "Invalid date (should be seconds since epoch).",
        ec: "0002-00000070",
      }),
    );
  });

  it("refuses a longer V1 expiry than was signed", async () => {
    await assert.rejects(
      verify(withParameter(await v1Url(), "Expires", "9".repeat(400))),
      serviceErrorLike({ code: "SignatureDoesNotMatch", status: 403 }),
    );
  });

  for (const expires of ["0", "604801", "-1", "1.5", "soon", "9".repeat(400)]) {
    it(`refuses a V4 life of "${expires}" s`, async () => {
      await assert.rejects(
        verify(withParameter(await v4Url(), "x-oss-expires", expires)),
        serviceErrorLike({
          code: "InvalidArgument",
          status: 400,
          message: "x-oss-expires must be an integer from 1 to 604800.",
          fields: { ArgumentName: "x-oss-expires", ArgumentValue: expires },
        }),
      );
    });
  }

  it("refuses a V4 URL before its time, but for the skew of clocks", async () => {
    const request = await v4Url();

    await verify(request, { now: secondsAfterExample(-SKEW_MAX_SECONDS) });
    await assert.rejects(
      verify(request, { now: secondsAfterExample(-SKEW_MAX_SECONDS - 1) }),
      serviceErrorLike({ code: "AccessDenied", status: 403, ec: "0002-00000235" }),
    );
  });

  it("refuses a V4 URL with an unreadable date, or one of another day than its credential", async () => {
    for (const date of ["yesterday", "20231202T121212Z"]) {
      await assert.rejects(
        verify(withParameter(await v4Url(), "x-oss-date", date)),
        serviceErrorLike({ code: "InvalidArgument", status: 400 }),
      );
    }
  });
});

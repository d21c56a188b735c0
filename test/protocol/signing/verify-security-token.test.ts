import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { invalidAccessKeyId } from "../../../src/protocol/signing/authentication-errors.ts";
import {
  exampleDownload,
  exampleToken,
  secondsAfterExample,
  temporaryCredentials,
  withHeader,
} from "./example-request.ts";
import { serviceErrorLike } from "./service-error-like.ts";
import { v1Header, v1Url, v4Header, v4Url, verify } from "./signed-examples.ts";

describe("verifyAuthentication() of the token of a temporary key", () => {
  const signs = [v1Header, v1Url, v4Header, v4Url];

  it("accepts the token that belongs to the key", async () => {
    for (const sign of signs) {
      const request = await sign(exampleDownload(), temporaryCredentials);

      assert.equal(await verify(request, { credentials: temporaryCredentials }), request.resource);
    }
  });

  it("refuses another token", async () => {
    for (const sign of signs) {
      await assert.rejects(
        verify(await sign(exampleDownload(), temporaryCredentials), {
          credentials: { ...temporaryCredentials, securityToken: "another" },
        }),
        serviceErrorLike({
          code: "InvalidSecurityToken",
          status: 403,
          message: "The security token you provided is invalid.",
          ec: "0002-00000006",
        }),
      );
    }
  });

  it("refuses a token beside a key that has none", async () => {
    for (const sign of signs) {
      await assert.rejects(
        verify(await sign(exampleDownload(), temporaryCredentials)),
        serviceErrorLike({ code: "InvalidSecurityToken", status: 403 }),
      );
    }
  });

  it("does not know a temporary key without its token", async () => {
    for (const sign of signs) {
      await assert.rejects(
        verify(await sign(exampleDownload()), { credentials: temporaryCredentials }),
        serviceErrorLike({
          code: "InvalidAccessKeyId",
          status: 403,
          fields: { OSSAccessKeyId: "testAccessKeyId" },
        }),
      );
    }
  });

  it("refuses the token of another key", async () => {
    for (const sign of signs) {
      await assert.rejects(
        verify(await sign(exampleDownload(), temporaryCredentials), {
          credentials: { ...temporaryCredentials, accessKeyId: "another" },
        }),
        serviceErrorLike({
          code: "AccessKeyIdAndSecurityTokenNotMatch",
          status: 403,
          message: "The OSS access key id and security token you provided does not match.",
        }),
      );
    }
  });

  it("refuses a token from the moment on at which it ends", async () => {
    const credentials = { ...temporaryCredentials, expiresAtMs: secondsAfterExample(60).getTime() };
    for (const sign of signs) {
      const request = await sign(exampleDownload(), temporaryCredentials);

      await verify(request, { credentials, now: secondsAfterExample(59.999) });
      await assert.rejects(
        verify(request, { credentials, now: secondsAfterExample(60) }),
        serviceErrorLike({
          code: "SecurityTokenExpired",
          status: 403,
          message: "The security token you provided has expired.",
        }),
      );
    }
  });

  it("refuses a V1 URL whose token is in a header", async () => {
    const request = await v1Url(withHeader(exampleDownload(), "x-oss-security-token", exampleToken));

    await assert.rejects(
      verify(request, { credentials: temporaryCredentials }),
      serviceErrorLike({
        code: "InvalidRequest",
        status: 400,
        message: "Security-token must be provided by query string parameter.",
      }),
    );
  });
});

describe("invalidAccessKeyId()", () => {
  it("names the key", () => {
    assert.ok(
      serviceErrorLike({
        code: "InvalidAccessKeyId",
        status: 403,
        message: "The OSS Access Key Id you provided does not exist in our records.",
        fields: { OSSAccessKeyId: "nobody" },
        ec: "0002-00000902",
      })(invalidAccessKeyId("nobody")),
    );
  });
});

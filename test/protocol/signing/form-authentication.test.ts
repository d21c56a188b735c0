import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Form } from "../../../src/protocol/http-message.ts";
import { parseFormAuthentication } from "../../../src/protocol/signing/form-authentication.ts";
import {
  type VerifyFormAuthenticationOptions,
  verifyFormAuthentication,
} from "../../../src/protocol/signing/verify-form-authentication.ts";
import { aForm } from "../request-builder.ts";
import {
  exampleCredentials,
  exampleRegion,
  exampleTime,
  exampleToken,
  secondsAfterExample,
  temporaryCredentials,
} from "./example-request.ts";
import { nodeSigningCrypto } from "./node-signing-crypto.ts";
import { changed, v1Fields, v4Fields } from "./posted-examples.ts";
import { serviceErrorLike } from "./service-error-like.ts";

async function verify(form: Form, options: Partial<VerifyFormAuthenticationOptions> = {}): Promise<void> {
  const authentication = parseFormAuthentication(form);
  assert.ok(authentication);
  await verifyFormAuthentication(
    { authentication, credentials: exampleCredentials, region: exampleRegion, now: exampleTime, ...options },
    nodeSigningCrypto,
  );
}

const DAY_SECONDS = 24 * 60 * 60;
const schemes = [v1Fields, v4Fields];

describe("parseFormAuthentication()", () => {
  it("finds nothing in a form without a signature", () => {
    assert.equal(parseFormAuthentication(aForm({ key: "a", "x-oss-object-acl": "private" })), undefined);
  });

  it("finds the fields in any case", () => {
    const { Signature, OSSAccessKeyId, policy } = v1Fields;

    assert.deepEqual(
      parseFormAuthentication(
        aForm({ POLICY: policy, ossaccesskeyid: OSSAccessKeyId, signature: Signature }),
      ),
      { scheme: "v1-form", accessKeyId: "testAccessKeyId", policy, signature: Signature },
    );
  });

  for (const [fields, names] of [
    [v1Fields, ["OSSAccessKeyId", "policy", "Signature"]],
    [v4Fields, ["x-oss-signature-version", "x-oss-credential", "x-oss-date", "policy", "x-oss-signature"]],
  ] as const) {
    for (const name of names) {
      it(`refuses a form without ${name}, or with an empty one`, () => {
        for (const value of [undefined, ""]) {
          assert.throws(
            () => parseFormAuthentication(changed(fields, { [name]: value })),
            serviceErrorLike({
              code: "InvalidArgument",
              status: 400,
              fields: { ArgumentName: name, ArgumentValue: "" },
            }),
          );
        }
      });
    }
  }

  it("refuses other versions and credentials of no known form", () => {
    for (const [change, code] of [
      [{ "x-oss-signature-version": "OSS2" }, "NotImplemented"],
      [{ "x-oss-signature-version": "AWS4-HMAC-SHA256" }, "InvalidArgument"],
      [{ "x-oss-credential": "testAccessKeyId/20231203/cn-hangzhou/s3/aws4_request" }, "InvalidArgument"],
    ] as const) {
      assert.throws(
        () => parseFormAuthentication(changed(v4Fields, change)),
        serviceErrorLike({ code, status: 400 }),
      );
    }
  });
});

describe("verifyFormAuthentication()", () => {
  it("accepts what ali-oss signs", async () => {
    await verify(aForm(v1Fields));
    await verify(aForm(v4Fields));
  });

  it("refuses another policy, another secret and another signature, and shows what is signed", async () => {
    for (const fields of schemes) {
      const policy = Buffer.from("{}").toString("base64");
      await assert.rejects(
        verify(changed(fields, { policy })),
        serviceErrorLike({ code: "SignatureDoesNotMatch", status: 403 }),
      );
      const failure = await verify(aForm(fields), {
        credentials: { ...exampleCredentials, accessKeySecret: "another" },
      }).catch((error) => error);
      assert.equal(failure.code, "SignatureDoesNotMatch");
      assert.deepEqual(Object.keys(failure.fields), [
        "OSSAccessKeyId",
        "SignatureProvided",
        "StringToSign",
        "StringToSignBytes",
      ]);
      assert.equal(failure.fields.StringToSign, fields.policy);
    }
  });

  it("refuses V4 for another region or another day", async () => {
    await assert.rejects(
      verify(aForm(v4Fields), { region: "cn-beijing" }),
      serviceErrorLike({ code: "InvalidArgument", status: 400 }),
    );
    for (const date of ["20231204T121212Z", "yesterday"]) {
      await assert.rejects(
        verify(changed(v4Fields, { "x-oss-date": date })),
        serviceErrorLike({ code: "InvalidArgument", status: 400 }),
      );
    }
  });

  it("accepts V4 from 15 minutes before its date until 7 days after it", async () => {
    for (const seconds of [-15 * 60, 7 * DAY_SECONDS]) {
      await verify(aForm(v4Fields), { now: secondsAfterExample(seconds) });
    }
    for (const seconds of [-15 * 60 - 1, 7 * DAY_SECONDS + 1]) {
      await assert.rejects(
        verify(aForm(v4Fields), { now: secondsAfterExample(seconds) }),
        serviceErrorLike({ code: "AccessDenied", status: 403 }),
      );
    }
  });

  it("wants the token of a temporary key in the form, and before its end", async () => {
    for (const fields of schemes) {
      const form = changed(fields, { "x-oss-security-token": exampleToken });
      const ending = { ...temporaryCredentials, expiresAtMs: exampleTime.getTime() };

      await verify(form, { credentials: temporaryCredentials });
      for (const [refused, credentials, code] of [
        [aForm(fields), temporaryCredentials, "InvalidAccessKeyId"],
        [form, exampleCredentials, "InvalidSecurityToken"],
        [form, { ...temporaryCredentials, securityToken: "another" }, "InvalidSecurityToken"],
        [form, { ...temporaryCredentials, accessKeyId: "another" }, "AccessKeyIdAndSecurityTokenNotMatch"],
        [form, ending, "SecurityTokenExpired"],
      ] as const) {
        await assert.rejects(verify(refused, { credentials }), serviceErrorLike({ code, status: 403 }));
      }
    }
  });
});

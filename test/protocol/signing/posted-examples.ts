// The two policies that ali-oss 6.23.0 signed with the example's key, as forms.
import { encodeBase64 } from "../../../src/protocol/base64.ts";
import type { Form } from "../../../src/protocol/http-message.ts";
import { aForm } from "../request-builder.ts";

export function encodePolicy(policy: unknown): string {
  return encodeBase64(new TextEncoder().encode(JSON.stringify(policy)));
}

const v1Policy =
  '{"expiration":"2023-12-03T13:00:00.000Z","conditions":[{"bucket":"examplebucket"},["content-length-range",1,1048576],["starts-with","$key","user/"]]}';
const v4Policy =
  '{"expiration":"2023-12-03T13:00:00.000Z","conditions":[{"bucket":"examplebucket"},{"x-oss-signature-version":"OSS4-HMAC-SHA256"},{"x-oss-credential":"testAccessKeyId/20231203/cn-hangzhou/oss/aliyun_v4_request"},{"x-oss-date":"20231203T121212Z"},["content-length-range",1,1048576]]}';

export const v1Fields = {
  key: "user/a.txt",
  OSSAccessKeyId: "testAccessKeyId",
  policy: encodeBase64(new TextEncoder().encode(v1Policy)),
  Signature: "jnQ2xDupal5TuXSDaktDi4rVrYg=",
};

export const v4Fields = {
  key: "user/a.txt",
  "x-oss-signature-version": "OSS4-HMAC-SHA256",
  "x-oss-credential": "testAccessKeyId/20231203/cn-hangzhou/oss/aliyun_v4_request",
  "x-oss-date": "20231203T121212Z",
  policy: encodeBase64(new TextEncoder().encode(v4Policy)),
  "x-oss-signature": "f1b55a3b72f03a1b35063b0cedaaf325c10755a4cc7202fd346a7d388e8f0486",
};

/** The fields with some changed; those that are undefined are left out. */
export function changed(
  fields: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string | undefined>>,
): Form {
  const entries = Object.entries({ ...fields, ...changes });
  return aForm(
    Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined)),
  );
}

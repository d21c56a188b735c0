// The request of Go v2's own V4 vectors. Source: alibabacloud-oss-go-sdk-v2, oss/signer/signer_test.go.
import type { RequestMessage } from "../../../src/protocol/http-message.ts";
import type { Credentials } from "../../../src/protocol/signing/credentials.ts";
import { oss4Words, type V4Words } from "../../../src/protocol/signing/oss4-words.ts";

export const goCredentials: Credentials = { accessKeyId: "ak", accessKeySecret: "sk" };
export const goTemporaryCredentials: Credentials = { ...goCredentials, securityToken: "token" };
export const cloudBoxWords: V4Words = { ...oss4Words, service: "oss-cloudbox" };

export function goRequest(contentType: string): RequestMessage {
  return {
    method: "PUT",
    resource: { bucket: "bucket", key: "1234+-/123/1.txt" },
    query: [
      ["param1", "value1"],
      ["+param1", "value3"],
      ["|param1", "value4"],
      ["+param2", ""],
      ["|param2", ""],
      ["param2", ""],
    ],
    headers: {
      "x-oss-head1": "value",
      abc: "value",
      zabc: "value",
      xyz: "value",
      "content-type": contentType,
    },
  };
}

export function goTime(unixSeconds: number): Date {
  return new Date(unixSeconds * 1000);
}

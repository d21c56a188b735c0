// Signing with version 2, which our client does not; as oss2 does it, whose signatures are in v2-authentication.test.ts.
import { presentHeaders } from "../../../src/protocol/fields/present.ts";
import { queryPairs } from "../../../src/protocol/fields/query-pairs.ts";
import type { RequestMessage } from "../../../src/protocol/http-message.ts";
import type { Credentials } from "../../../src/protocol/signing/credentials.ts";
import { v2Signature, v2StringToSign } from "../../../src/protocol/signing/v2-signature.ts";
import { exampleTime } from "./example-request.ts";
import { nodeSigningCrypto } from "./node-signing-crypto.ts";

/** In the header, with `range` signed where the request has it. */
export async function signV2(
  request: RequestMessage,
  { accessKeyId, accessKeySecret, securityToken }: Credentials,
  time: Date = exampleTime,
): Promise<RequestMessage> {
  const date = time.toUTCString();
  const headers = presentHeaders({ ...request.headers, date, "x-oss-security-token": securityToken });
  const additionalHeaders = headers.range === undefined ? [] : ["range"];
  const text = v2StringToSign({ ...request, headers }, { dateLine: date, additionalHeaders });
  const fields = [
    `AccessKeyId:${accessKeyId}`,
    ...additionalHeaders.map((name) => `AdditionalHeaders:${name}`),
    `Signature:${await v2Signature(text, accessKeySecret, nodeSigningCrypto)}`,
  ];
  return { ...request, headers: { ...headers, authorization: `OSS2 ${fields.join(",")}` } };
}

/** In the query, until 600 seconds after the example's time. */
export async function signV2Url(
  request: RequestMessage,
  { accessKeyId, accessKeySecret, securityToken }: Credentials,
): Promise<RequestMessage> {
  const expires = String(exampleTime.getTime() / 1000 + 600);
  const query = [
    ...request.query,
    ...queryPairs({
      "security-token": securityToken,
      "x-oss-signature-version": "OSS2",
      "x-oss-expires": expires,
      "x-oss-access-key-id": accessKeyId,
    }),
  ];
  const text = v2StringToSign({ ...request, query }, { dateLine: expires, additionalHeaders: [] });
  const signature = await v2Signature(text, accessKeySecret, nodeSigningCrypto);
  return { ...request, query: [...query, ["x-oss-signature", signature]] };
}

// Presigning with version 1: the signature travels in the query, so that whoever has the URL may use it.

import { queryPairs } from "../fields/query-pairs.ts";
import type { RequestMessage } from "../http-message.ts";
import type { Credentials } from "./credentials.ts";
import type { SigningCrypto } from "./signing-crypto.ts";
import { v1QueryNames, v1Signature, v1StringToSign } from "./v1-signature.ts";

/** Who signs, and for how long. */
export interface SignV1UrlOptions {
  readonly credentials: Credentials;
  /** The last moment at which the URL works; whole seconds count. */
  readonly expires: Date;
}

/**
 * The request with `OSSAccessKeyId`, `Expires`, `Signature` and the token of a temporary key in its query.
 *
 * Its content-type, content-md5 and x-oss-* headers are signed too: whoever uses the URL has to send the same ones.
 * Such parameters that it already has are replaced.
 *
 * @throws {RangeError} if `expires` is no date after 1970
 */
export async function signV1Url(
  request: RequestMessage,
  { credentials, expires }: SignV1UrlOptions,
  crypto: SigningCrypto,
): Promise<RequestMessage> {
  const expiresSeconds = Math.floor(expires.getTime() / 1000);
  if (!(expiresSeconds >= 0)) {
    throw new RangeError("expires must be a valid date after 1970");
  }
  const ownNames: readonly string[] = Object.values(v1QueryNames);
  const query = [
    ...request.query.filter(([name]) => !ownNames.includes(name)),
    ...queryPairs({ [v1QueryNames.securityToken]: credentials.securityToken }),
  ];
  const stringToSign = v1StringToSign({ ...request, query }, String(expiresSeconds));
  const signature = await v1Signature(stringToSign, credentials.accessKeySecret, crypto);
  return {
    ...request,
    query: [
      ...query,
      [v1QueryNames.accessKeyId, credentials.accessKeyId],
      [v1QueryNames.expires, String(expiresSeconds)],
      [v1QueryNames.signature, signature],
    ],
  };
}

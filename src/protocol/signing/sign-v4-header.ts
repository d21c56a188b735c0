// Signing with version 4 in the Authorization header.

import { presentHeaders } from "../fields/present.ts";
import type { RequestMessage } from "../http-message.ts";
import { toBasicIso8601 } from "../times.ts";
import type { Credentials } from "./credentials.ts";
import { oss4Words, type V4Words } from "./oss4-words.ts";
import type { SigningCrypto } from "./signing-crypto.ts";
import { v4AdditionalHeaders } from "./v4-additional-headers.ts";
import { v4CanonicalRequest } from "./v4-canonical-request.ts";
import type { V4KeyCache } from "./v4-key-cache.ts";
import { formatV4Scope } from "./v4-scope.ts";
import { v4Signature } from "./v4-signature.ts";

/** Who signs, when, where, and what besides. */
export interface SignV4HeaderOptions {
  readonly credentials: Credentials;
  /** The service refuses a moment more than CLOCK_SKEW_MAX_MS away from its own. */
  readonly time: Date;
  /** `cn-hangzhou`, without `oss-`. */
  readonly region: string;
  /** Names of headers of the request that are signed besides those that always are. */
  readonly additionalHeaders?: readonly string[];
  readonly keyCache?: V4KeyCache;
  /** Default `oss4Words`. */
  readonly words?: V4Words;
}

/**
 * The request with its date, the mark of an unsigned body, the token of a temporary key, and `authorization`.
 *
 * Such headers that it already has are replaced, so a request may be signed again.
 *
 * @throws {RangeError} if `time` is no valid date
 * @throws {TypeError} if the request lacks one of `additionalHeaders`
 */
export async function signV4Header(
  request: RequestMessage,
  { credentials, time, region, additionalHeaders = [], keyCache, words = oss4Words }: SignV4HeaderOptions,
  crypto: SigningCrypto,
): Promise<RequestMessage> {
  const date = toBasicIso8601(time);
  // A basic date begins with its day, as v4Day() has it.
  const scope = { day: date.slice(0, 8), region };
  const listed = v4AdditionalHeaders(additionalHeaders, request, words);
  const headers = presentHeaders({
    ...request.headers,
    [words.dateHeader]: date,
    [words.payloadHashHeader]: words.unsignedPayload,
    [words.securityTokenHeader]: credentials.securityToken,
  });
  const canonicalRequest = v4CanonicalRequest({ ...request, headers }, { words, additionalHeaders: listed });
  const { signature } = await v4Signature(
    { canonicalRequest, date, scope, secret: credentials.accessKeySecret, words, keyCache },
    crypto,
  );
  const fields = [
    `Credential=${credentials.accessKeyId}/${formatV4Scope(scope, words)}`,
    // An empty list is left out: sent, it is an error. Source: EC 0002-00000209.
    ...(listed.length === 0 ? [] : [`${words.headerListField}=${listed.join(";")}`]),
    `Signature=${signature}`,
  ];
  return { ...request, headers: { ...headers, authorization: `${words.algorithm} ${fields.join(",")}` } };
}

// Presigning with version 4: the signature travels in the query, so that whoever has the URL may use it.

import { queryPairs } from "../fields/query-pairs.ts";
import type { RequestMessage } from "../http-message.ts";
import { PRESIGNED_V4_EXPIRES_MAX_SECONDS } from "../limits.ts";
import { toBasicIso8601 } from "../times.ts";
import type { Credentials } from "./credentials.ts";
import { oss4Words, type V4Words } from "./oss4-words.ts";
import type { SigningCrypto } from "./signing-crypto.ts";
import { v4AdditionalHeaders } from "./v4-additional-headers.ts";
import { v4CanonicalRequest } from "./v4-canonical-request.ts";
import type { V4KeyCache } from "./v4-key-cache.ts";
import { formatV4Scope, v4Day } from "./v4-scope.ts";
import { v4Signature } from "./v4-signature.ts";

/** Who signs, for how long, where, and what besides. */
export interface SignV4UrlOptions {
  readonly credentials: Credentials;
  /** From when on the URL works. */
  readonly time: Date;
  /** `cn-hangzhou`, without `oss-`. */
  readonly region: string;
  /** Counted from `time`: 1 … PRESIGNED_V4_EXPIRES_MAX_SECONDS. */
  readonly expiresInSeconds: number;
  /** Names of headers of the request that are signed besides those that always are. */
  readonly additionalHeaders?: readonly string[];
  readonly keyCache?: V4KeyCache;
  /** Default `oss4Words`. */
  readonly words?: V4Words;
}

/**
 * The request with the credential, the time, the expiry, the token of a temporary key and the signature in its query.
 *
 * Its content-type, content-md5 and x-oss-* headers are signed too: whoever uses the URL has to send the same ones.
 * Such parameters that it already has are replaced.
 *
 * @throws {RangeError} if `time` is no valid date or `expiresInSeconds` is outside its range
 * @throws {TypeError} if the request lacks one of `additionalHeaders`
 */
export async function signV4Url(
  request: RequestMessage,
  {
    credentials,
    time,
    region,
    expiresInSeconds,
    additionalHeaders = [],
    keyCache,
    words = oss4Words,
  }: SignV4UrlOptions,
  crypto: SigningCrypto,
): Promise<RequestMessage> {
  assertExpiresInSeconds(expiresInSeconds);
  const date = toBasicIso8601(time);
  const scope = { day: v4Day(time), region };
  const listed = v4AdditionalHeaders(additionalHeaders, request, words);
  const ownNames = Object.values(words.query);
  const query = [
    ...request.query.filter(([name]) => !ownNames.includes(name)),
    ...queryPairs({
      [words.query.version]: words.algorithm,
      [words.query.credential]: `${credentials.accessKeyId}/${formatV4Scope(scope, words)}`,
      [words.query.date]: date,
      [words.query.expires]: expiresInSeconds,
      // An empty list is left out: sent, it is an error. Source: EC 0002-00000209.
      [words.query.headerList]: listed.length === 0 ? undefined : listed.join(";"),
      [words.query.securityToken]: credentials.securityToken,
    }),
  ];
  const canonicalRequest = v4CanonicalRequest({ ...request, query }, { words, additionalHeaders: listed });
  const { signature } = await v4Signature(
    { canonicalRequest, date, scope, secret: credentials.accessKeySecret, words, keyCache },
    crypto,
  );
  return { ...request, query: [...query, [words.query.signature, signature]] };
}

function assertExpiresInSeconds(expiresInSeconds: number): void {
  const isInRange = expiresInSeconds >= 1 && expiresInSeconds <= PRESIGNED_V4_EXPIRES_MAX_SECONDS;
  if (!Number.isInteger(expiresInSeconds) || !isInRange) {
    throw new RangeError(
      `expiresInSeconds must be an integer from 1 to ${PRESIGNED_V4_EXPIRES_MAX_SECONDS}, but is ${expiresInSeconds}`,
    );
  }
}

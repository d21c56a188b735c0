// Whether a request was signed by the owner of the key that it names, for what it now asks.
import { invalidArgument } from "../errors/service-error.ts";
import type { RequestMessage, Resource } from "../http-message.ts";
import type { Authentication, V4HeaderAuthentication, V4UrlAuthentication } from "./authentication.ts";
import { invalidSigningRegion, signatureDoesNotMatch, signedHeaderMissing } from "./authentication-errors.ts";
import { constantTimeEqual } from "./constant-time-equal.ts";
import type { Credentials } from "./credentials.ts";
import { type ExpectedSignature, expectedSignatures } from "./expected-signatures.ts";
import { oss4Words } from "./oss4-words.ts";
import type { SigningCrypto } from "./signing-crypto.ts";
import type { V4KeyCache } from "./v4-key-cache.ts";
import { verifySecurityToken } from "./verify-security-token.ts";
import { verifyTimeliness } from "./verify-timeliness.ts";

/** The EC of a mismatch depends on the scheme; of others than these none is known. Source: recorded answers. */
const MISMATCH_EC: ReadonlyMap<Authentication["scheme"], string> = new Map([
  ["v1-header", "0002-00000040"],
  ["v1-url", "0002-00000307"],
]);

/** What the server knows about a request and the key that it names. */
export interface VerifyAuthenticationOptions {
  readonly request: RequestMessage;
  /** What the request's address may mean, likeliest first; at least one. */
  readonly candidates: readonly Resource[];
  /** What `parseAuthentication()` found in `request`. */
  readonly authentication: Authentication;
  /** Of the key or the token that `authentication` names; to find them is the caller's business. */
  readonly credentials: Credentials;
  /** For which V4 signatures are good: `cn-hangzhou`, without `oss-`. */
  readonly region: string;
  readonly now: Date;
  readonly keyCache?: V4KeyCache;
}

/**
 * The candidate for which the request was signed.
 *
 * Several are needed for ali-oss, which over an IP address sends a host that names a bucket and a path that may begin
 * with one: only the signature tells whether `/b/x` is the key `x` or `b/x`.
 *
 * @returns one of `candidates`
 * @throws {RangeError} if `candidates` is empty
 * @throws {ServiceError} what OSS answers: SignatureDoesNotMatch, RequestTimeTooSkewed, InvalidSecurityToken,
 *   SecurityTokenExpired, AccessKeyIdAndSecurityTokenNotMatch, InvalidAccessKeyId, AccessDenied or InvalidArgument
 */
export async function verifyAuthentication(
  options: VerifyAuthenticationOptions,
  crypto: SigningCrypto,
): Promise<Resource> {
  const { request, candidates, authentication, credentials, region, now, keyCache } = options;
  verifySecurityToken(authentication, credentials, now);
  if (authentication.scheme === "v4-header" || authentication.scheme === "v4-url") {
    verifyRegion(authentication, region);
    verifyPayloadHash(request);
  }
  verifySignedHeaders(authentication, request);
  // Before the signature, which for an expired URL is not even computed.
  verifyTimeliness(authentication, request, now);

  const subject = { request, candidates, secret: credentials.accessKeySecret, keyCache };
  return matchSignature(authentication, expectedSignatures(authentication, subject, crypto));
}

function verifyRegion({ scheme, scope }: V4HeaderAuthentication | V4UrlAuthentication, region: string): void {
  if (scope.region === region) {
    return;
  }
  throw scheme === "v4-url"
    ? invalidSigningRegion(oss4Words.query.credential, scope.region)
    : invalidSigningRegion("Authorization", scope.region, "0002-00000226");
}

/** A hash that nobody compares with the body would promise what is not kept. Source: EC 0002-00000214. */
function verifyPayloadHash({ headers }: RequestMessage): void {
  const hash = headers[oss4Words.payloadHashHeader]?.trim() ?? oss4Words.unsignedPayload;
  if (hash !== oss4Words.unsignedPayload) {
    throw invalidArgument(
      { name: oss4Words.payloadHashHeader, value: hash },
      `${oss4Words.payloadHashHeader} must be ${oss4Words.unsignedPayload}.`,
      "0002-00000214",
    );
  }
}

/** A signature over a header that is gone is refused before it is compared. Source: the Go SDK's tests. */
function verifySignedHeaders(authentication: Authentication, { headers }: RequestMessage): void {
  if (!("additionalHeaders" in authentication)) {
    return;
  }
  const missing = authentication.additionalHeaders.find((name) => !Object.hasOwn(headers, name));
  if (missing !== undefined) {
    throw signedHeaderMissing(authentication.scheme, missing);
  }
}

/** The error shows the first expectation: the likeliest reading, in the documented form. */
async function matchSignature(
  authentication: Authentication,
  expectations: AsyncIterable<ExpectedSignature>,
): Promise<Resource> {
  let first: ExpectedSignature | undefined;
  for await (const expectation of expectations) {
    if (constantTimeEqual(expectation.signature, authentication.signature)) {
      return expectation.resource;
    }
    first ??= expectation;
  }
  if (first === undefined) {
    throw new RangeError("candidates must not be empty");
  }
  const ec = MISMATCH_EC.get(authentication.scheme);
  throw signatureDoesNotMatch({
    accessKeyId: authentication.accessKeyId,
    signatureProvided: authentication.signature,
    stringToSign: first.stringToSign,
    ...(first.canonicalRequest === undefined ? {} : { canonicalRequest: first.canonicalRequest }),
    ...(ec === undefined ? {} : { ec }),
  });
}

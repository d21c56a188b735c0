// Whether a request was signed by the owner of the key that it names, for what it now asks.
import { invalidArgument } from "../errors/service-error.ts";
import type { RequestMessage, Resource } from "../http-message.ts";
import type {
  Authentication,
  V1HeaderAuthentication,
  V1UrlAuthentication,
  V4HeaderAuthentication,
  V4UrlAuthentication,
} from "./authentication.ts";
import { signatureDoesNotMatch } from "./authentication-errors.ts";
import { constantTimeEqual } from "./constant-time-equal.ts";
import { oss4Words } from "./oss4-words.ts";
import type { SigningCrypto } from "./signing-crypto.ts";
import { v1Date, v1Signature, v1StringToSign } from "./v1-signature.ts";
import { v4CanonicalRequest, v4EmptyValueForms } from "./v4-canonical-request.ts";
import type { V4KeyCache } from "./v4-key-cache.ts";
import { v4Date, v4Signature } from "./v4-signature.ts";
import { verifySecurityToken } from "./verify-security-token.ts";
import { verifyTimeliness } from "./verify-timeliness.ts";

/** What the server knows about a request and the key that it names. */
export interface VerifyAuthenticationOptions {
  readonly request: RequestMessage;
  /** What the request's address may mean, likeliest first; at least one. */
  readonly candidates: readonly Resource[];
  /** What `parseAuthentication()` found in `request`. */
  readonly authentication: Authentication;
  /** Of the key that `authentication` names; to find it is the caller's business. */
  readonly secret: string;
  /** That belongs to the key; absent for a key that is not temporary. */
  readonly securityToken?: string;
  /** For which V4 signatures are good: `cn-hangzhou`, without `oss-`. */
  readonly region: string;
  readonly now: Date;
  readonly keyCache?: V4KeyCache;
}

/** One way to read the request, and what its signature would be. */
interface Expectation {
  readonly resource: Resource;
  readonly signature: string;
  readonly stringToSign: string;
  readonly canonicalRequest?: string;
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
 *   InvalidAccessKeyId, InvalidRequest, AccessDenied or InvalidArgument
 */
export async function verifyAuthentication(
  options: VerifyAuthenticationOptions,
  crypto: SigningCrypto,
): Promise<Resource> {
  const { request, authentication, securityToken, region, now } = options;
  verifySecurityToken(authentication, request, securityToken);
  if (authentication.scheme === "v4-header" || authentication.scheme === "v4-url") {
    verifyRegion(authentication, region);
    verifyPayloadHash(request);
  }
  // Before the signature, which for an expired URL is not even computed.
  verifyTimeliness(authentication, request, now);

  const expectations =
    authentication.scheme === "v1-header" || authentication.scheme === "v1-url"
      ? expectV1(authentication, options, crypto)
      : expectV4(authentication, options, crypto);
  return matchSignature(authentication, expectations);
}

function verifyRegion({ scheme, scope }: V4HeaderAuthentication | V4UrlAuthentication, region: string): void {
  if (scope.region === region) {
    return;
  }
  if (scheme === "v4-url") {
    throw invalidArgument(
      { name: oss4Words.query.credential, value: scope.region },
      `Invalid signing region in ${oss4Words.query.credential}.`,
    );
  }
  throw invalidArgument(
    { name: "Authorization", value: scope.region },
    "Invalid signing region in Authorization header.",
    "0002-00000226",
  );
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

async function* expectV1(
  authentication: V1HeaderAuthentication | V1UrlAuthentication,
  { request, candidates, secret }: VerifyAuthenticationOptions,
  crypto: SigningCrypto,
): AsyncGenerator<Expectation> {
  const dateLine = authentication.scheme === "v1-url" ? authentication.expires : v1Date(request.headers);
  for (const resource of candidates) {
    const stringToSign = v1StringToSign({ ...request, resource }, dateLine);
    yield { resource, stringToSign, signature: await v1Signature(stringToSign, secret, crypto) };
  }
}

async function* expectV4(
  authentication: V4HeaderAuthentication | V4UrlAuthentication,
  { request, candidates, secret, keyCache }: VerifyAuthenticationOptions,
  crypto: SigningCrypto,
): AsyncGenerator<Expectation> {
  const { scope, additionalHeaders } = authentication;
  const words = oss4Words;
  const date = authentication.scheme === "v4-url" ? authentication.date : v4Date(request.headers, words);
  // Without empty values the forms are the same text.
  const hasEmptyValue = request.query.some(([, value]) => value === "");
  const forms = hasEmptyValue ? v4EmptyValueForms : v4EmptyValueForms.slice(0, 1);
  for (const resource of candidates) {
    for (const emptyValueForm of forms) {
      const canonicalRequest = v4CanonicalRequest(
        { ...request, resource },
        { words, additionalHeaders, emptyValueForm },
      );
      const input = { canonicalRequest, date, scope, secret, words, keyCache };
      yield { resource, canonicalRequest, ...(await v4Signature(input, crypto)) };
    }
  }
}

/** The error shows the first expectation: the likeliest reading, in the documented form. */
async function matchSignature(
  authentication: Authentication,
  expectations: AsyncIterable<Expectation>,
): Promise<Resource> {
  let first: Expectation | undefined;
  for await (const expectation of expectations) {
    if (constantTimeEqual(expectation.signature, authentication.signature)) {
      return expectation.resource;
    }
    first ??= expectation;
  }
  if (first === undefined) {
    throw new RangeError("candidates must not be empty");
  }
  throw signatureDoesNotMatch({
    accessKeyId: authentication.accessKeyId,
    signatureProvided: authentication.signature,
    stringToSign: first.stringToSign,
    ...(first.canonicalRequest === undefined ? {} : { canonicalRequest: first.canonicalRequest }),
    ...(authentication.scheme === "v1-header" ? { ec: "0002-00000040" } : {}),
  });
}

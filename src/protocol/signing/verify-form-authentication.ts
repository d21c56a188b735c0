// Whether the policy of a form was signed by the owner of the key that the form names, and not too long ago.
import { invalidArgument } from "../errors/service-error.ts";
import { CLOCK_SKEW_MAX_MS, FORM_V4_AGE_MAX_MS } from "../limits.ts";
import { parseBasicIso8601 } from "../times.ts";
import {
  invalidSigningRegion,
  requestExpired,
  requestNotYetValid,
  signatureDoesNotMatch,
} from "./authentication-errors.ts";
import { constantTimeEqual } from "./constant-time-equal.ts";
import type { Credentials } from "./credentials.ts";
import type { FormAuthentication, V4FormAuthentication } from "./form-authentication.ts";
import { oss4Words } from "./oss4-words.ts";
import type { SigningCrypto } from "./signing-crypto.ts";
import { v1Signature } from "./v1-signature.ts";
import type { V4KeyCache } from "./v4-key-cache.ts";
import { signWithV4Key } from "./v4-signature.ts";
import { verifySecurityToken } from "./verify-security-token.ts";
import { verifyDay } from "./verify-timeliness.ts";

/** What the server knows about a form and the key that it names. */
export interface VerifyFormAuthenticationOptions {
  readonly authentication: FormAuthentication;
  /** Of the key or the token that `authentication` names; to find them is the caller's business. */
  readonly credentials: Credentials;
  /** For which V4 signatures are good: `cn-hangzhou`, without `oss-`. */
  readonly region: string;
  readonly now: Date;
  readonly keyCache?: V4KeyCache;
}

/**
 * Returns when the policy was signed with the key. What the policy allows is another question: see verifyPostPolicy().
 *
 * @throws {ServiceError} what OSS answers: SignatureDoesNotMatch, InvalidSecurityToken, SecurityTokenExpired,
 *   AccessKeyIdAndSecurityTokenNotMatch, InvalidAccessKeyId, AccessDenied or InvalidArgument
 */
export async function verifyFormAuthentication(
  options: VerifyFormAuthenticationOptions,
  crypto: SigningCrypto,
): Promise<void> {
  const { authentication, credentials, region, now } = options;
  const { accessKeyId, policy, signature } = authentication;
  verifySecurityToken(authentication, credentials, now);
  if (authentication.scheme === "v4-form") {
    verifyRegion(authentication, region);
    verifyDate(authentication, now);
  }
  if (!constantTimeEqual(await expectedSignature(options, crypto), signature)) {
    throw signatureDoesNotMatch({ accessKeyId, signatureProvided: signature, stringToSign: policy });
  }
}

function expectedSignature(
  { authentication, credentials: { accessKeySecret: secret }, keyCache }: VerifyFormAuthenticationOptions,
  crypto: SigningCrypto,
): Promise<string> {
  if (authentication.scheme === "v1-form") {
    return v1Signature(authentication.policy, secret, crypto);
  }
  const key = { scope: authentication.scope, secret, words: oss4Words, keyCache };
  return signWithV4Key(authentication.policy, key, crypto);
}

function verifyRegion({ scope }: V4FormAuthentication, region: string): void {
  if (scope.region !== region) {
    throw invalidSigningRegion(oss4Words.query.credential, scope.region);
  }
}

/** Source: OSS, V4 signatures of PostObject: at most 15 minutes ahead, and 7 days old. */
function verifyDate({ date, scope }: V4FormAuthentication, now: Date): void {
  const time = parseBasicIso8601(date);
  if (time === undefined) {
    throw invalidArgument(
      { name: oss4Words.query.date, value: date },
      "x-oss-date must be yyyymmddThhmmssZ.",
    );
  }
  verifyDay(date, scope);
  const end = new Date(time.getTime() + FORM_V4_AGE_MAX_MS);
  if (now.getTime() > end.getTime()) {
    throw requestExpired(end, now);
  }
  if (now.getTime() < time.getTime() - CLOCK_SKEW_MAX_MS) {
    throw requestNotYetValid(now);
  }
}

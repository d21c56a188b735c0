// Signing with version 1 in the Authorization header.

import { presentHeaders } from "../fields/present.ts";
import type { RequestMessage } from "../http-message.ts";
import { toHttpDate } from "../times.ts";
import type { Credentials } from "./credentials.ts";
import type { SigningCrypto } from "./signing-crypto.ts";
import { V1_SECURITY_TOKEN_HEADER, v1Date, v1Signature, v1StringToSign } from "./v1-signature.ts";

/** Who signs, and when. */
export interface SignV1HeaderOptions {
  readonly credentials: Credentials;
  /** The service refuses a moment more than CLOCK_SKEW_MAX_MS away from its own. */
  readonly time: Date;
  /** Which header carries `time`; default `date`, which a page may not set. */
  readonly dateHeader?: "date" | "x-oss-date";
}

/**
 * The request with its date, the token of a temporary key, and `authorization`.
 *
 * Such headers that it already has are replaced, so a request may be signed again.
 *
 * @throws {RangeError} if `time` is no valid date
 */
export async function signV1Header(
  request: RequestMessage,
  { credentials, time, dateHeader = "date" }: SignV1HeaderOptions,
  crypto: SigningCrypto,
): Promise<RequestMessage> {
  assertValidTime(time);
  const headers = presentHeaders({
    ...request.headers,
    date: undefined,
    "x-oss-date": undefined,
    [dateHeader]: toHttpDate(time),
    [V1_SECURITY_TOKEN_HEADER]: credentials.securityToken,
  });
  const stringToSign = v1StringToSign({ ...request, headers }, v1Date(headers));
  const signature = await v1Signature(stringToSign, credentials.accessKeySecret, crypto);
  return {
    ...request,
    headers: { ...headers, authorization: `OSS ${credentials.accessKeyId}:${signature}` },
  };
}

/** Unlike the ISO forms, an HTTP date of an invalid moment is a text, "Invalid Date". */
function assertValidTime(time: Date): void {
  if (Number.isNaN(time.getTime())) {
    throw new RangeError("time must be a valid date");
  }
}

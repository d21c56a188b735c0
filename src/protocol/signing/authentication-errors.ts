// What OSS answers when it cannot tell, or does not believe, who sent a request. Its words, its fields in its order.
//
// Sources: OSS's pages on 403 and 400 errors, its EC pages, and recorded answers where a function names one.

import { serviceError } from "../errors/known-error.ts";
import { invalidArgument, type ServiceError } from "../errors/service-error.ts";
import { CLOCK_SKEW_MAX_MS } from "../limits.ts";
import { toIso8601 } from "../times.ts";
import type { Authentication } from "./authentication.ts";
import { encodeHex } from "./hex.ts";
import { oss4Words } from "./oss4-words.ts";

/** Of version 4 none is known. */
const SIGNED_HEADER_MISSING_EC: ReadonlyMap<Authentication["scheme"], string> = new Map([
  ["v2-header", "0002-00000112"],
  ["v2-url", "0002-00000078"],
]);

/** For a key that nobody has, and for a temporary key without its token, which OSS looks for among the others. */
export function invalidAccessKeyId(accessKeyId: string): ServiceError {
  return serviceError("InvalidAccessKeyId", { fields: { OSSAccessKeyId: accessKeyId } });
}

/** An Authorization header of no known form. Of its value only the first word is repeated: the rest may be secret. */
export function invalidAuthorizationHeader(header: string): ServiceError {
  const [firstWord = ""] = header.trim().split(" ", 1);
  return invalidArgument({ name: "Authorization", value: firstWord }, "Authorization header is invalid.");
}

/** For a V1 URL whose token came in a header. Source: OSS, 400 errors. */
export function securityTokenNotInUrl(): ServiceError {
  return serviceError("InvalidRequest", {
    message: "Security-token must be provided by query string parameter.",
  });
}

/** A signature in the header and one in the URL. Source: EC 0002-00000039. */
export function authenticatedTwice(): ServiceError {
  return invalidArgument(
    { name: "Authorization", value: "" },
    "A request carries its signature in the Authorization header or in the URL, not in both.",
    "0002-00000039",
  );
}

/**
 * For V4 credentials that name another region than the server's.
 *
 * @param name  the header or parameter that has the credential
 * @param ec    where one is known
 */
export function invalidSigningRegion(name: string, region: string, ec?: string): ServiceError {
  const where = name === "Authorization" ? "Authorization header" : name;
  // The words for a region that is empty are those that oss2's tests expect.
  const message =
    region === "" ? "The signing region in credential is invalid." : `Invalid signing region in ${where}.`;
  return invalidArgument({ name, value: region }, message, ec);
}

/** For a header that was signed, says the signature, and is not there. Source: EC 0002-00000078, 0002-00000112. */
export function signedHeaderMissing(scheme: Authentication["scheme"], header: string): ServiceError {
  return invalidArgument(
    { name: scheme.endsWith("-url") ? oss4Words.query.headerList : oss4Words.headerListField, value: header },
    `The request does not have the header ${header}, which its signature covers.`,
    SIGNED_HEADER_MISSING_EC.get(scheme),
  );
}

/** For a header signature without a date, or with one that nobody can read. Source: EC 0002-00000503. */
export function dateRequired(): ServiceError {
  return serviceError("AccessDenied", {
    message: "OSS authentication requires a valid Date.",
    ec: "0002-00000503",
  });
}

/** For a signature in a header that is older, or further in the future, than CLOCK_SKEW_MAX_MS. */
export function requestTimeTooSkewed(requestTime: Date, now: Date): ServiceError {
  return serviceError("RequestTimeTooSkewed", {
    fields: {
      MaxAllowedSkewMilliseconds: String(CLOCK_SKEW_MAX_MS),
      RequestTime: toIso8601(requestTime),
      ServerTime: toIso8601(now),
    },
  });
}

/** For a URL whose life is over. Source: an answer recorded in johnlui/AliyunOSS#20; EC 0002-00000069. */
export function requestExpired(expires: Date, now: Date): ServiceError {
  return serviceError("AccessDenied", {
    message: "Request has expired.",
    fields: { Expires: toIso8601(expires), ServerTime: toIso8601(now) },
    ec: "0002-00000069",
  });
}

/** Under V4 a URL has a beginning too. Source: EC 0002-00000235. */
export function requestNotYetValid(now: Date): ServiceError {
  return serviceError("AccessDenied", {
    message: "Request is not valid yet.",
    fields: { ServerTime: toIso8601(now) },
    ec: "0002-00000235",
  });
}

/** What the sender provided, and what was expected instead. */
export interface SignatureMismatch {
  readonly accessKeyId: string;
  readonly signatureProvided: string;
  readonly stringToSign: string;
  /** Under V4. */
  readonly canonicalRequest?: string;
  readonly ec?: string;
}

/** Shows what should have been signed, so that the sender can find the difference. */
export function signatureDoesNotMatch(mismatch: SignatureMismatch): ServiceError {
  const { accessKeyId, signatureProvided, stringToSign, canonicalRequest, ec } = mismatch;
  return serviceError("SignatureDoesNotMatch", {
    fields: {
      OSSAccessKeyId: accessKeyId,
      SignatureProvided: signatureProvided,
      StringToSign: stringToSign,
      StringToSignBytes: bytesInHex(stringToSign),
      ...(canonicalRequest === undefined ? {} : { CanonicalRequest: canonicalRequest }),
    },
    ...(ec === undefined ? {} : { ec }),
  });
}

/** `47 45 54 `: upper case, and a blank behind every byte, the last one too. */
function bytesInHex(text: string): string {
  return encodeHex(new TextEncoder().encode(text)).toUpperCase().replaceAll(/../g, "$& ");
}

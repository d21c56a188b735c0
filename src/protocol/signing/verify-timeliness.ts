// Whether a signed request comes at its time. A recorded request would otherwise be good for ever.

import { serviceError } from "../errors/known-error.ts";
import { invalidArgument } from "../errors/service-error.ts";
import type { RequestMessage } from "../http-message.ts";
import { CLOCK_SKEW_MAX_MS, PRESIGNED_V4_EXPIRES_MAX_SECONDS } from "../limits.ts";
import { parseBasicIso8601, parseTime, toBasicIso8601 } from "../times.ts";
import type {
  Authentication,
  V1UrlAuthentication,
  V2UrlAuthentication,
  V4UrlAuthentication,
} from "./authentication.ts";
import {
  dateRequired,
  requestExpired,
  requestNotYetValid,
  requestTimeTooSkewed,
} from "./authentication-errors.ts";
import { oss4Words } from "./oss4-words.ts";
import { v1Date } from "./v1-signature.ts";
import type { V4Scope } from "./v4-scope.ts";
import { v4Date } from "./v4-signature.ts";

/** A date without a zone would be read in the zone of the machine. */
const HAS_ZONE = /(?:GMT|UTC|Z|[+-]\d\d:?\d\d)$/;

/**
 * Checks the date of a header signature, or the life of a presigned URL, against `now`.
 *
 * @throws {ServiceError} RequestTimeTooSkewed, AccessDenied when there is no date or the URL's life is over or has not
 *   begun, InvalidArgument when the URL says something impossible
 */
export function verifyTimeliness(authentication: Authentication, request: RequestMessage, now: Date): void {
  switch (authentication.scheme) {
    case "v1-header":
    case "v2-header":
      verifySkew(parseDate(v1Date(request.headers)), now);
      return;
    case "v1-url":
    case "v2-url":
      verifyAbsoluteLife(authentication, now);
      return;
    case "v4-header":
      verifyV4Date(v4Date(request.headers, oss4Words), authentication.scope, now);
      return;
    case "v4-url":
      verifyRelativeLife(authentication, now);
      return;
  }
}

/** An HTTP date or the form of V4: OSS's own example has that under V1 too, and the Go SDK v1 an HTTP date under V4. */
function parseDate(text: string): Date {
  const time = parseBasicIso8601(text) ?? (HAS_ZONE.test(text) ? parseTime(text) : undefined);
  if (time === undefined) {
    throw dateRequired();
  }
  return time;
}

function verifySkew(requestTime: Date, now: Date): void {
  if (Math.abs(requestTime.getTime() - now.getTime()) > CLOCK_SKEW_MAX_MS) {
    throw requestTimeTooSkewed(requestTime, now);
  }
}

function verifyAbsoluteLife({ expires }: V1UrlAuthentication | V2UrlAuthentication, now: Date): void {
  if (!/^\d+$/.test(expires)) {
    throw serviceError("AccessDenied", {
      message: "Invalid date (should be seconds since epoch).",
      ec: "0002-00000070",
    });
  }
  const expiresMs = Number(expires) * 1000;
  if (now.getTime() > expiresMs) {
    throw requestExpired(new Date(expiresMs), now);
  }
}

function verifyV4Date(text: string, scope: V4Scope, now: Date): void {
  const time = parseDate(text);
  verifyDay(toBasicIso8601(time), scope);
  verifySkew(time, now);
}

function verifyRelativeLife({ date, expires, scope }: V4UrlAuthentication, now: Date): void {
  const begin = parseBasicIso8601(date);
  if (begin === undefined) {
    throw invalidArgument(
      { name: oss4Words.query.date, value: date },
      "x-oss-date must be yyyymmddThhmmssZ.",
    );
  }
  verifyDay(date, scope);
  const end = new Date(begin.getTime() + parseExpiresSeconds(expires) * 1000);
  if (now.getTime() > end.getTime()) {
    throw requestExpired(end, now);
  }
  if (now.getTime() < begin.getTime() - CLOCK_SKEW_MAX_MS) {
    throw requestNotYetValid(now);
  }
}

/** The signing key is good for one day; a date of another day would stretch it. */
export function verifyDay(date: string, { day }: V4Scope): void {
  if (date.slice(0, 8) !== day) {
    throw invalidArgument(
      { name: "Credential", value: day },
      `The day in the credential is ${day}, but x-oss-date is ${date}.`,
    );
  }
}

function parseExpiresSeconds(text: string): number {
  const seconds = /^\d+$/.test(text) ? Number(text) : 0;
  if (seconds < 1 || seconds > PRESIGNED_V4_EXPIRES_MAX_SECONDS) {
    throw invalidArgument(
      { name: oss4Words.query.expires, value: text },
      `x-oss-expires must be an integer from 1 to ${PRESIGNED_V4_EXPIRES_MAX_SECONDS}.`,
    );
  }
  return seconds;
}

// Conditions on a request: If-Match and its three siblings, for the object itself or for the source of a copy.
// Source: RFC 9110, section 13; OSS API, GetObject and CopyObject.
import type { Dialect } from "../dialects/dialect.ts";
import { unquoteEtag } from "../etag.ts";
import type { Headers } from "../http-message.ts";
import { parseTime, toHttpDate } from "../times.ts";
import { present, presentHeaders } from "./present.ts";

export interface Conditions {
  /** An ETag, a list of them, or `*`; with or without quotes, as oss2 sends them without. */
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  /** To the second. */
  readonly ifModifiedSince?: Date;
  /** To the second. */
  readonly ifUnmodifiedSince?: Date;
}

/** What the conditions speak of. */
export interface Checked {
  readonly etag: string;
  readonly lastModified: Date;
}

/** Go on, answer 304, or answer 412 and name the header that failed. */
export type ConditionsVerdict =
  | "not-modified"
  | "ok"
  | { readonly failed: "If-Match" | "If-Unmodified-Since" };

/** @param prefix  before `if-match`: "", or `copySourcePrefix(dialect)` */
export function encodeConditions(conditions: Conditions | undefined, prefix: string): Headers {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions ?? {};
  return presentHeaders({
    [`${prefix}if-match`]: ifMatch,
    [`${prefix}if-none-match`]: ifNoneMatch,
    [`${prefix}if-modified-since`]: ifModifiedSince && toHttpDate(ifModifiedSince),
    [`${prefix}if-unmodified-since`]: ifUnmodifiedSince && toHttpDate(ifUnmodifiedSince),
  });
}

/** The conditions among the headers, or undefined when there are none. A date that is none is ignored. */
export function decodeConditions(headers: Headers, prefix: string): Conditions | undefined {
  const conditions = present({
    ifMatch: headers[`${prefix}if-match`],
    ifNoneMatch: headers[`${prefix}if-none-match`],
    ifModifiedSince: parseTime(headers[`${prefix}if-modified-since`] ?? ""),
    ifUnmodifiedSince: parseTime(headers[`${prefix}if-unmodified-since`] ?? ""),
  });
  return Object.keys(conditions).length > 0 ? conditions : undefined;
}

/** Before `if-match` and its siblings when they speak of the source of a copy. */
export function copySourcePrefix(dialect: Dialect): string {
  return `${dialect.headerPrefix}copy-source-`;
}

/**
 * Whether a request with these conditions goes on, in the order of RFC 9110: an ETag, where one is given, decides
 * alone, because two versions of one second have different ETags but one time.
 */
export function checkConditions(conditions: Conditions | undefined, checked: Checked): ConditionsVerdict {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions ?? {};
  if (ifMatch !== undefined && !isInEtagList(ifMatch, checked.etag)) {
    return { failed: "If-Match" };
  }
  if (ifMatch === undefined && ifUnmodifiedSince && isModifiedSince(checked, ifUnmodifiedSince)) {
    return { failed: "If-Unmodified-Since" };
  }
  if (ifNoneMatch !== undefined) {
    return isInEtagList(ifNoneMatch, checked.etag) ? "not-modified" : "ok";
  }
  return ifModifiedSince && !isModifiedSince(checked, ifModifiedSince) ? "not-modified" : "ok";
}

function isInEtagList(list: string, etag: string): boolean {
  return list
    .split(",")
    .map((entry) => unquoteEtag(entry.trim().replace(/^W\//, "")).toLowerCase())
    .some((entry) => entry === "*" || entry === etag.toLowerCase());
}

// Headers carry whole seconds, so the object's time is compared in whole seconds.
function isModifiedSince({ lastModified }: Checked, since: Date): boolean {
  return Math.floor(lastModified.getTime() / 1000) > Math.floor(since.getTime() / 1000);
}

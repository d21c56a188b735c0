// Whether a page may link to a bucket's objects, by the Referer that its visitors' browsers send.
//
// 1. Without a Referer, a request is served if that is allowed, or if there is no white list.
// 2. A Referer on the black list is refused.
// 3. One on the white list is served, and any one where there is no white list.
//
// A pattern describes how a Referer begins: `http://www.aliyun.com` is also `http://www.aliyun.com/123`, and also
// `http://www.aliyun.com.cn`. A `/` behind the name of the host shuts that out.
// Source: OSS, hotlink protection; ossutil, referer: wildcard matching rules.
import type { RefererConfiguration } from "../../protocol/fields/referer-configuration.ts";
import { beginsAs } from "./begins-as.ts";

export type RefererVerdict = "allowed" | "blacklisted" | "empty" | "not-whitelisted";

/**
 * What a browser cuts down to the origin; whoever sends more is none, and no pattern is asked about it.
 *
 * Source: Referrer Policy, section 8.3.
 */
const REFERER_LENGTH_MAX = 4096;

export function judgeReferer(
  header: string | undefined,
  configuration: RefererConfiguration,
): RefererVerdict {
  const { allowEmptyReferer, whitelist, blacklist } = configuration;
  const whole = (header ?? "").trim();
  if (whole === "") {
    return allowEmptyReferer || whitelist.length === 0 ? "allowed" : "empty";
  }
  if (whole.length > REFERER_LENGTH_MAX) {
    return whitelist.length + blacklist.length === 0 ? "allowed" : "not-whitelisted";
  }
  const referer = truncated(whole, configuration);
  const isListed = (pattern: string) => beginsAs(pattern, referer);
  if (blacklist.some(isListed)) {
    return "blacklisted";
  }
  return whitelist.length === 0 || whitelist.some(isListed) ? "allowed" : "not-whitelisted";
}

function truncated(
  referer: string,
  { allowTruncateQueryString, truncatePath }: RefererConfiguration,
): string {
  if (truncatePath) {
    const schemeLength = referer.indexOf("://");
    const hostIndex = schemeLength === -1 ? 0 : schemeLength + "://".length;
    const length = referer.slice(hostIndex).search(/[/?#]/);
    return length === -1 ? referer : referer.slice(0, hostIndex + length);
  }
  const queryIndex = referer.indexOf("?");
  return allowTruncateQueryString && queryIndex !== -1 ? referer.slice(0, queryIndex) : referer;
}

// What a bucket's CORS rules allow a page of another origin. The first rule that matches decides; a rule matches when it
// has the origin, the method, and every header that the page wants to send.
// Source: OSS API, PutBucketCors.
import type { CrossOriginGrant, CrossOriginRequest } from "../../protocol/fields/cors-headers.ts";
import type { CorsConfiguration, CorsRule } from "../../protocol/fields/cors-rule.ts";

/** @returns undefined when no rule matches */
export function grantOf(
  configuration: CorsConfiguration,
  request: CrossOriginRequest,
): CrossOriginGrant | undefined {
  const rule = configuration.rules.find((candidate) => isMatch(candidate, request));
  if (rule === undefined) {
    return undefined;
  }
  return {
    origin: isForAll(rule) ? "*" : request.origin,
    methods: rule.allowedMethods,
    headerNames: request.headerNames,
    exposeHeaders: rule.exposeHeaders,
    ...(rule.maxAgeSeconds === undefined ? {} : { maxAgeSeconds: rule.maxAgeSeconds }),
    variesByOrigin: variesByOrigin(configuration),
  };
}

/** Whether two origins can be answered differently, so that a cache must keep their answers apart. */
export function variesByOrigin({ rules, responseVary }: CorsConfiguration): boolean {
  return responseVary || !rules.every(isForAll);
}

function isForAll({ allowedOrigins }: CorsRule): boolean {
  return allowedOrigins.includes("*");
}

function isMatch(rule: CorsRule, { origin, method, headerNames }: CrossOriginRequest): boolean {
  return (
    matcherOf(rule.allowedOrigins)(origin) &&
    rule.allowedMethods.some((allowed) => allowed === method) &&
    // Anybody may ask, and name as many headers as fit into the request: each name is looked at once.
    [...new Set(headerNames)].every(matcherOf(rule.allowedHeaders))
  );
}

/**
 * Whether a text fits one of the patterns, without regard to case. A `*` in a pattern, of which there is at most one,
 * stands for anything or nothing.
 */
function matcherOf(patterns: readonly string[]): (text: string) => boolean {
  const parts = patterns.map((pattern) => pattern.toLowerCase().split("*"));
  const exact = new Set(parts.filter(({ length }) => length === 1).map(([text = ""]) => text));
  const open = parts.filter(({ length }) => length > 1);
  return (text) => {
    const lowerCase = text.toLowerCase();
    return exact.has(lowerCase) || open.some(([before = "", after = ""]) => fits(lowerCase, before, after));
  };
}

function fits(text: string, before: string, after: string): boolean {
  return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after);
}

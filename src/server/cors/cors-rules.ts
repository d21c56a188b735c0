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
    rule.allowedOrigins.some((pattern) => matches(pattern, origin)) &&
    rule.allowedMethods.some((allowed) => allowed === method) &&
    headerNames.every((name) => rule.allowedHeaders.some((pattern) => matches(pattern, name)))
  );
}

/** Without regard to case. A `*` in the pattern, of which there is at most one, stands for anything or nothing. */
function matches(pattern: string, text: string): boolean {
  const [before = "", after] = pattern.toLowerCase().split("*");
  const lowerCase = text.toLowerCase();
  if (after === undefined) {
    return lowerCase === before;
  }
  return (
    lowerCase.length >= before.length + after.length &&
    lowerCase.startsWith(before) &&
    lowerCase.endsWith(after)
  );
}

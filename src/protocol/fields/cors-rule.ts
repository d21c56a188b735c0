// The CORS configuration of a bucket: which pages of other origins may use it from a browser. Plain data, so that it can
// be kept as JSON, and its document in both directions.
// Source: OSS API, PutBucketCors and GetBucketCors; the pages of the ECs 0034-….
import { serviceError } from "../errors/known-error.ts";
import { CORS_MAX_AGE_MAX_SECONDS, CORS_RULE_COUNT_MAX } from "../limits.ts";
import { childrenNamed, element, optionalElement, type XmlElement } from "../xml/xml-element.ts";
import { present } from "./present.ts";
import { assertKnownChildren, badValue, onlyCount, onlyFlag } from "./xml-elements.ts";
import { malformedRequest } from "./xml-message.ts";

export interface CorsConfiguration {
  /** 1 … 20. The first one that matches a request counts. */
  readonly rules: readonly CorsRule[];
  /** Whether answers say that they depend on the origin even where they do not. */
  readonly responseVary: boolean;
}

export interface CorsRule {
  /** At least one, such as `https://example.com`. One `*` in each stands for anything. */
  readonly allowedOrigins: readonly string[];
  /** At least one. */
  readonly allowedMethods: readonly CorsMethod[];
  /** Names of request headers, in any case. One `*` in each stands for anything. */
  readonly allowedHeaders: readonly string[];
  /** Names of response headers that a page may read. */
  readonly exposeHeaders: readonly string[];
  /** How long a browser may keep the answer to a preflight. */
  readonly maxAgeSeconds?: number;
}

export type CorsMethod = "DELETE" | "GET" | "HEAD" | "POST" | "PUT";

const CORS_METHODS: readonly string[] = ["GET", "PUT", "DELETE", "POST", "HEAD"] satisfies CorsMethod[];
const RULE_CHILDREN: readonly string[] = [
  "AllowedOrigin",
  "AllowedMethod",
  "AllowedHeader",
  "ExposeHeader",
  "MaxAgeSeconds",
];

/** What may stand in a header that goes back to the browser. */
const ORIGIN_TEXT = /^[!-~]+$/;
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

const TOO_MANY_RULES_EC = "0034-00000006";

export function corsDocument({ rules, responseVary }: CorsConfiguration): XmlElement {
  return element("CORSConfiguration", [...rules.map(ruleElement), element("ResponseVary", responseVary)]);
}

/** @throws {ServiceError} MalformedXML, InvalidArgument, CORSRuleBeyondLimit */
export function readCorsConfiguration(root: XmlElement): CorsConfiguration {
  assertKnownChildren(root, ["CORSRule", "ResponseVary"]);
  const rules = childrenNamed(root, "CORSRule");
  if (rules.length === 0) {
    throw malformedRequest("CORSConfiguration has no CORSRule.");
  }
  if (rules.length > CORS_RULE_COUNT_MAX) {
    throw serviceError("CORSRuleBeyondLimit", { ec: TOO_MANY_RULES_EC });
  }
  return { rules: rules.map(readRule), responseVary: onlyFlag(root, "ResponseVary") ?? false };
}

function ruleElement(rule: CorsRule): XmlElement {
  return element("CORSRule", [
    ...rule.allowedOrigins.map((origin) => element("AllowedOrigin", origin)),
    ...rule.allowedMethods.map((method) => element("AllowedMethod", method)),
    ...rule.allowedHeaders.map((header) => element("AllowedHeader", header)),
    ...rule.exposeHeaders.map((header) => element("ExposeHeader", header)),
    optionalElement("MaxAgeSeconds", rule.maxAgeSeconds),
  ]);
}

function readRule(rule: XmlElement): CorsRule {
  assertKnownChildren(rule, RULE_CHILDREN);
  return present({
    allowedOrigins: atLeastOne(rule, "AllowedOrigin", isOriginPattern),
    allowedMethods: atLeastOne(rule, "AllowedMethod", (text) => CORS_METHODS.includes(text)) as CorsMethod[],
    allowedHeaders: textsOf(rule, "AllowedHeader", isHeaderPattern),
    exposeHeaders: textsOf(rule, "ExposeHeader", (text) => HEADER_NAME.test(text) && !text.includes("*")),
    maxAgeSeconds: onlyCount(rule, "MaxAgeSeconds", { min: 0, max: CORS_MAX_AGE_MAX_SECONDS }),
  });
}

function atLeastOne(rule: XmlElement, name: string, isAllowed: (text: string) => boolean): readonly string[] {
  const texts = textsOf(rule, name, isAllowed);
  if (texts.length === 0) {
    throw malformedRequest(`CORSRule has no ${name}.`);
  }
  return texts;
}

/** OSS's own example has a blank before a header's name. */
function textsOf(rule: XmlElement, name: string, isAllowed: (text: string) => boolean): readonly string[] {
  const texts = childrenNamed(rule, name).map(({ text }) => text.trim());
  const wrong = texts.find((text) => !isAllowed(text));
  if (wrong !== undefined) {
    throw badValue(name, wrong);
  }
  return texts;
}

function isOriginPattern(text: string): boolean {
  return ORIGIN_TEXT.test(text) && hasOneStarAtMost(text);
}

function isHeaderPattern(text: string): boolean {
  return HEADER_NAME.test(text) && hasOneStarAtMost(text);
}

function hasOneStarAtMost(text: string): boolean {
  return text.split("*").length <= 2;
}

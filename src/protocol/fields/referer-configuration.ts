// Which pages may link to a bucket's objects.
// Source: OSS API, PutBucketReferer and GetBucketReferer; the pages of EC 0033-00000001 to 0033-00000003.
import { childrenNamed, element, optionalElement, type XmlElement } from "../xml/xml-element.ts";
import { assertKnownChildren, onlyChild, onlyText } from "./xml-elements.ts";
import { malformedRequest } from "./xml-message.ts";

export interface RefererConfiguration {
  /** Whether a request without a Referer is served. */
  readonly allowEmptyReferer: boolean;
  /** Whether the query string of a Referer does not count. */
  readonly allowTruncateQueryString: boolean;
  /** Whether the path of a Referer, and all behind it, does not count. */
  readonly truncatePath: boolean;
  /** Patterns with `*` and `?`, none of them empty; without any, every Referer is on the list. */
  readonly whitelist: readonly string[];
  /** Patterns of the same kind, which win over the others. */
  readonly blacklist: readonly string[];
}

/** What holds until something else is set: every request is served. */
export const NO_REFERER_CONFIGURATION: RefererConfiguration = {
  allowEmptyReferer: true,
  allowTruncateQueryString: true,
  truncatePath: false,
  whitelist: [],
  blacklist: [],
};

/** Of both lists together, as many as a bucket's policy may have: every Referer is compared with all of them. */
const REFERER_PATTERNS_LENGTH_MAX: number = 16 * 1024;

export const REFERER_ROOT = "RefererConfiguration";
export const MALFORMED_REFERER_EC = "0033-00000001";

const CHILDREN = [
  "AllowEmptyReferer",
  "AllowTruncateQueryString",
  "TruncatePath",
  "RefererList",
  "RefererBlacklist",
];

export function encodeRefererConfiguration(configuration: RefererConfiguration): XmlElement {
  const { whitelist, blacklist } = configuration;
  return element(REFERER_ROOT, [
    element("AllowEmptyReferer", configuration.allowEmptyReferer),
    element("AllowTruncateQueryString", configuration.allowTruncateQueryString),
    element("TruncatePath", configuration.truncatePath),
    element("RefererList", referers(whitelist)),
    optionalElement("RefererBlacklist", blacklist.length === 0 ? undefined : referers(blacklist)),
  ]);
}

/**
 * A list that is not there is one without patterns, as the SDKs say of the white list, though a page of the service calls
 * it required. So is one whose only Referer is empty: that is how some SDKs clear a list.
 *
 * @throws {ServiceError} MalformedXML, also for an element that nobody here knows: it may be what keeps others out
 */
export function decodeRefererConfiguration(root: XmlElement): RefererConfiguration {
  assertKnownChildren(root, CHILDREN);
  const allowEmptyReferer = flagOf(root, "AllowEmptyReferer", "0033-00000003");
  if (allowEmptyReferer === undefined) {
    throw malformedRequest(`${REFERER_ROOT} has no AllowEmptyReferer.`, "0033-00000002");
  }
  const whitelist = patternsOf(root, "RefererList");
  const blacklist = patternsOf(root, "RefererBlacklist");
  const length = [...whitelist, ...blacklist].reduce((sum, pattern) => sum + pattern.length, 0);
  if (length > REFERER_PATTERNS_LENGTH_MAX) {
    throw malformedRequest(`The patterns are longer than ${REFERER_PATTERNS_LENGTH_MAX} characters in all.`);
  }
  return {
    allowEmptyReferer,
    allowTruncateQueryString: flagOf(root, "AllowTruncateQueryString") ?? true,
    truncatePath: flagOf(root, "TruncatePath") ?? false,
    whitelist,
    blacklist,
  };
}

function referers(patterns: readonly string[]): readonly XmlElement[] {
  return patterns.map((pattern) => element("Referer", pattern));
}

function flagOf(root: XmlElement, name: string, ec?: string): boolean | undefined {
  const word = onlyText(root, name)?.trim().toLowerCase();
  if (word !== undefined && word !== "true" && word !== "false") {
    throw malformedRequest(`${name} is neither true nor false.`, ec);
  }
  return word === undefined ? undefined : word === "true";
}

function patternsOf(root: XmlElement, name: string): readonly string[] {
  const list = onlyChild(root, name);
  if (list === undefined) {
    return [];
  }
  assertKnownChildren(list, ["Referer"]);
  return childrenNamed(list, "Referer")
    .map(({ text }) => text.trim())
    .filter((pattern) => pattern !== "");
}

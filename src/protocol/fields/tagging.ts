// Tags of an object or a bucket: a document, or one header of pairs, and the rules that both must keep.
// Source: OSS API, PutObjectTagging; the EC pages 0010-00000209 to 0010-00000219.
import { percentDecode, percentEncode } from "../addressing/percent-encoding.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { serviceError } from "../errors/known-error.ts";
import { invalidArgument, type ServiceError } from "../errors/service-error.ts";
import type { Headers, RequestMessage } from "../http-message.ts";
import {
  BUCKET_TAG_COUNT_MAX,
  BUCKET_TAG_KEY_SIZE_MAX_BYTES,
  BUCKET_TAG_VALUE_SIZE_MAX_BYTES,
  OBJECT_TAG_COUNT_MAX,
  TAG_KEY_LENGTH_MAX,
  TAG_VALUE_LENGTH_MAX,
} from "../limits.ts";
import { childNamed, childrenNamed, childText, element, type XmlElement } from "../xml/xml-element.ts";
import { presentHeaders } from "./present.ts";
import { malformedRequest, requestDocument } from "./xml-message.ts";

/** Values by key. */
export type Tags = Readonly<Record<string, string>>;

/** What tags must be like; objects and buckets differ. */
export interface TagRules {
  readonly countMax: number;
  readonly isKey: (key: string) => boolean;
  readonly isValue: (value: string) => boolean;
}

type TagPair = readonly [key: string, value: string];

// The letters of any language: the documentation names a to z, but oss2's tests expect Chinese ones to be kept.
const TAG_TEXT = /^[\p{L}\p{M}\p{N} +\-=._:/]*$/u;

export const OBJECT_TAG_RULES: TagRules = {
  countMax: OBJECT_TAG_COUNT_MAX,
  isKey: (key) => key !== "" && characterCount(key) <= TAG_KEY_LENGTH_MAX && TAG_TEXT.test(key),
  isValue: (value) => characterCount(value) <= TAG_VALUE_LENGTH_MAX && TAG_TEXT.test(value),
};

/** Any UTF-8, but no key that begins as an address or as the service's own tags do. */
export const BUCKET_TAG_RULES: TagRules = {
  countMax: BUCKET_TAG_COUNT_MAX,
  isKey: (key) =>
    key !== "" && sizeBytesOf(key) <= BUCKET_TAG_KEY_SIZE_MAX_BYTES && !/^(?:https?:\/\/|aliyun)/i.test(key),
  isValue: (value) => sizeBytesOf(value) <= BUCKET_TAG_VALUE_SIZE_MAX_BYTES,
};

/** `<Tagging>` with its tags in order. */
export function taggingElement(tags: Tags): XmlElement {
  const rows = Object.entries(tags).map(([key, value]) =>
    element("Tag", [element("Key", key), element("Value", value)]),
  );
  return element("Tagging", [element("TagSet", rows)]);
}

/** The tags of a `<Tagging>` that a service sent, without a judgement. */
export function tagsOf(tagging: XmlElement): Tags {
  return Object.fromEntries(pairsOf(tagging));
}

/**
 * The tags of a request's document.
 *
 * @throws {ServiceError} MalformedXML; InvalidTag for tags that break the rules or have one key twice
 */
export function requestTags(request: RequestMessage, rules: TagRules): Tags {
  const root = requestDocument(request, "Tagging");
  if (childNamed(root, "TagSet") === undefined) {
    throw malformedRequest("Tagging has no TagSet.");
  }
  const pairs = pairsOf(root);
  const tags = Object.fromEntries(pairs);
  if (Object.keys(tags).length < pairs.length) {
    throw invalidTag("Two tags have the same key.", "0010-00000210");
  }
  assertRules(pairs, rules);
  return tags;
}

/** `x-oss-tagging: k=v&k2=v2`, percent-encoded; absent for undefined. */
export function encodeTaggingHeader(tags: Tags | undefined, dialect: Dialect): Headers {
  const text =
    tags &&
    Object.entries(tags)
      .map(([key, value]) =>
        value === "" ? percentEncode(key) : `${percentEncode(key)}=${percentEncode(value)}`,
      )
      .join("&");
  return presentHeaders({ [headerName(dialect)]: text });
}

/**
 * The tags that the header asks to store with an object, or undefined without a header. A key alone has an empty
 * value. A "+" is a blank, as in every form: oss2 and the Go SDK write a plus as %2B.
 *
 * @throws {ServiceError} InvalidArgument for what is no list of pairs or has one key twice; InvalidTag for tags that
 *   break the rules
 */
export function decodeTaggingHeader(headers: Headers, dialect: Dialect): Tags | undefined {
  const text = headers[headerName(dialect)];
  if (text === undefined) {
    return undefined;
  }
  const pairs = text === "" ? [] : text.split("&").map((pair) => pairOf(pair, text, dialect));
  const tags = Object.fromEntries(pairs);
  if (Object.keys(tags).length < pairs.length) {
    throw invalidHeader(text, dialect);
  }
  assertRules(pairs, OBJECT_TAG_RULES);
  return tags;
}

function pairsOf(tagging: XmlElement): readonly TagPair[] {
  const set = childNamed(tagging, "TagSet");
  return (set ? childrenNamed(set, "Tag") : []).map((tag) => {
    const key = childText(tag, "Key");
    if (key === undefined) {
      throw malformedRequest("Tag has no Key.");
    }
    return [key, childText(tag, "Value") ?? ""];
  });
}

function pairOf(pair: string, text: string, dialect: Dialect): TagPair {
  const [key = "", value = "", ...rest] = pair.split("=").map((part) => part.replaceAll("+", "%20"));
  const decodedKey = percentDecode(key);
  const decodedValue = percentDecode(value);
  if (decodedKey === undefined || decodedValue === undefined || rest.length > 0) {
    throw invalidHeader(text, dialect);
  }
  return [decodedKey, decodedValue];
}

function assertRules(pairs: readonly TagPair[], rules: TagRules): void {
  if (pairs.length > rules.countMax) {
    throw invalidTag(
      `There are ${pairs.length} tags; at most ${rules.countMax} are allowed.`,
      "0010-00000218",
    );
  }
  if (!pairs.every(([key]) => rules.isKey(key))) {
    throw invalidTag("The key of a tag is empty, too long, or has a character that is not allowed.");
  }
  if (!pairs.every(([, value]) => rules.isValue(value))) {
    throw invalidTag(
      "The value of a tag is too long or has a character that is not allowed.",
      "0010-00000217",
    );
  }
}

function sizeBytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** A character beyond the first 65,536 counts once. */
function characterCount(text: string): number {
  return [...text].length;
}

function invalidTag(message: string, ec?: string): ServiceError {
  return serviceError("InvalidTag", { message, ...(ec === undefined ? {} : { ec }) });
}

function invalidHeader(text: string, dialect: Dialect): ServiceError {
  return invalidArgument(
    { name: headerName(dialect), value: text },
    `The header '${headerName(dialect)}' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.`,
    "0010-00000219",
  );
}

function headerName(dialect: Dialect): string {
  return `${dialect.headerPrefix}tagging`;
}

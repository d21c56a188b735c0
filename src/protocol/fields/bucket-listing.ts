// What the listings of a bucket have in common: which names they look at, and what a page says of itself. Where a page
// begins, how large it is and what its entries are, each listing says in its own words.
import { invalidArgument } from "../errors/service-error.ts";
import { type Query, queryValue, type RequestMessage } from "../http-message.ts";
import { KEY_SIZE_MAX_BYTES } from "../limits.ts";
import { childText, type XmlElement } from "../xml/xml-element.ts";
import { requiredText } from "./answer.ts";
import { requiredFlag } from "./answer-values.ts";
import { parseCount } from "./count-text.ts";
import { type EncodingType, parseEncodingType } from "./listing-encoding.ts";
import { commonPrefixesOf, encodingTypeOf, nameOf } from "./listing-names.ts";
import { present } from "./present.ts";
import { queryPairs } from "./query-pairs.ts";
import { requiredBucket } from "./required-input.ts";

export interface BucketListingInput {
  readonly bucket: string;
  readonly prefix?: string;
  /** Entries whose keys go on behind it, after the prefix, are summed up as common prefixes. */
  readonly delimiter?: string;
  readonly encodingType?: EncodingType;
}

export interface BucketListingOutput {
  readonly bucket: string;
  readonly prefix: string;
  readonly delimiter: string;
  readonly isTruncated: boolean;
  readonly commonPrefixes: readonly string[];
  readonly encodingType?: EncodingType;
}

/** @param own  the mark and the parameters of this listing alone */
export function encodeBucketListingRequest(
  { bucket, prefix, delimiter, encodingType }: BucketListingInput,
  own: Parameters<typeof queryPairs>[0],
): RequestMessage {
  return {
    method: "GET",
    resource: { bucket },
    query: queryPairs({ ...own, prefix, delimiter, "encoding-type": encodingType }),
    headers: {},
  };
}

/** @throws {ServiceError} InvalidBucketName, InvalidArgument */
export function decodeBucketListingRequest(request: RequestMessage): BucketListingInput {
  return present({
    bucket: requiredBucket(request),
    prefix: parseListedName(request.query, "prefix"),
    delimiter: parseListedName(request.query, "delimiter"),
    encodingType: parseEncodingType(request.query),
  });
}

/**
 * A prefix, a delimiter or the key of a marker, or undefined when it is absent.
 *
 * @throws {ServiceError} InvalidArgument when it is longer than a key can be, as oss2's tests expect
 */
export function parseListedName(query: Query, name: string): string | undefined {
  const value = queryValue(query, name);
  if (value !== undefined && new TextEncoder().encode(value).length > KEY_SIZE_MAX_BYTES) {
    throw invalidArgument(
      { name, value },
      `The length of ${name} must be at most ${KEY_SIZE_MAX_BYTES} bytes.`,
    );
  }
  return value;
}

/** @throws {ServiceError} BadResponse */
export function decodeBucketListing(root: XmlElement, bucketElement: "Bucket" | "Name"): BucketListingOutput {
  const encodingType = encodingTypeOf(root);
  return present({
    bucket: requiredText(root, bucketElement),
    prefix: nameOf(root, "Prefix", encodingType) ?? "",
    delimiter: nameOf(root, "Delimiter", encodingType) ?? "",
    isTruncated: requiredFlag(root, "IsTruncated"),
    commonPrefixes: commonPrefixesOf(root, encodingType),
    encodingType,
  });
}

/** How large the page was asked to be, or the service's default where the answer does not say. */
export function pageSizeOf(root: XmlElement, name: "MaxKeys" | "MaxUploads", defaultSize: number): number {
  return parseCount(childText(root, name)) ?? defaultSize;
}

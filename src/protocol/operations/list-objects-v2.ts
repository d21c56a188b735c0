// ListObjectsV2: the objects of a bucket, ascending by key; the second version, which pages by an opaque token.
// Source: OSS API, ListObjectsV2 (GetBucketV2).

import { invalidArgument } from "../errors/service-error.ts";
import { requiredDocument } from "../fields/answer.ts";
import {
  type BucketListingInput,
  type BucketListingOutput,
  decodeBucketListing,
  decodeBucketListingRequest,
  encodeBucketListingRequest,
  pageSizeOf,
  parseListedName,
} from "../fields/bucket-listing.ts";
import { parseCount } from "../fields/count-text.ts";
import { encodeName } from "../fields/listing-encoding.ts";
import { commonPrefixElements, encodeOptionalName, nameOf } from "../fields/listing-names.ts";
import { type ObjectSummary, objectElement, objectOf } from "../fields/object-summary.ts";
import { parsePageSize } from "../fields/page-size.ts";
import { present } from "../fields/present.ts";
import { xmlAnswer } from "../fields/xml-message.ts";
import { type Query, queryValue } from "../http-message.ts";
import { LIST_OBJECTS_PAGE_SIZE_DEFAULT } from "../limits.ts";
import type { Operation } from "../operation.ts";
import { childrenNamed, childText, element, optionalElement } from "../xml/xml-element.ts";

export interface ListObjectsV2Input extends BucketListingInput {
  /** The listing begins behind this key; never "". */
  readonly startAfter?: string;
  /** The answer's `nextContinuationToken`; never "". */
  readonly continuationToken?: string;
  /** 1 … 1,000; default 100. Counts objects and common prefixes. */
  readonly maxKeys?: number;
  /** Default false. */
  readonly fetchOwner?: boolean;
}

export interface ListObjectsV2Output extends BucketListingOutput {
  readonly startAfter?: string;
  readonly continuationToken?: string;
  /**
   * Present when the page is truncated. Servers make it of `[A-Za-z0-9._~-]` only: some SDKs undo the percent-encoding
   * of an answer with encoding-type=url in it too, others do not.
   */
  readonly nextContinuationToken?: string;
  /** Objects and common prefixes of this page. */
  readonly keyCount: number;
  readonly maxKeys: number;
  /** Ascending by key. */
  readonly objects: readonly ObjectSummary[];
}

export const listObjectsV2: Operation<ListObjectsV2Input, ListObjectsV2Output> = {
  name: "ListObjectsV2",
  method: "GET",
  level: "bucket",
  marks: { query: ["list-type=2"] },
  permission: "oss:ListObjects",
  requestBody: "none",
  responseBody: "xml",
  isIdempotent: true,

  encodeRequest({ startAfter, continuationToken, maxKeys, fetchOwner, ...input }) {
    return encodeBucketListingRequest(input, {
      "list-type": 2,
      "start-after": startAfter,
      "continuation-token": continuationToken,
      "max-keys": maxKeys,
      "fetch-owner": fetchOwner?.toString(),
    });
  },

  decodeRequest(request) {
    return present({
      ...decodeBucketListingRequest(request),
      // oss2 sends both empty for the first page.
      startAfter: parseListedName(request.query, "start-after") || undefined,
      continuationToken: queryValue(request.query, "continuation-token") || undefined,
      maxKeys: parsePageSize(request.query, "max-keys"),
      fetchOwner: parseFetchOwner(request.query),
    });
  },

  encodeResponse(output) {
    const { encodingType } = output;
    return xmlAnswer(
      element("ListBucketResult", [
        element("Name", output.bucket),
        element("Prefix", encodeName(output.prefix, encodingType)),
        optionalElement("StartAfter", encodeOptionalName(output.startAfter, encodingType)),
        optionalElement("ContinuationToken", encodeOptionalName(output.continuationToken, encodingType)),
        element("MaxKeys", output.maxKeys),
        element("Delimiter", encodeName(output.delimiter, encodingType)),
        optionalElement("EncodingType", encodingType),
        element("IsTruncated", output.isTruncated),
        optionalElement(
          "NextContinuationToken",
          encodeOptionalName(output.nextContinuationToken, encodingType),
        ),
        element("KeyCount", output.keyCount),
        ...output.objects.map((object) => objectElement(object, encodingType)),
        ...commonPrefixElements(output.commonPrefixes, encodingType),
      ]),
    );
  },

  decodeResponse(response) {
    const root = requiredDocument(response, "ListBucketResult");
    const listing = decodeBucketListing(root, "Name");
    const { encodingType, commonPrefixes } = listing;
    const objects = childrenNamed(root, "Contents").map((contents) => objectOf(contents, encodingType));
    return present({
      ...listing,
      startAfter: nameOf(root, "StartAfter", encodingType),
      continuationToken: nameOf(root, "ContinuationToken", encodingType),
      nextContinuationToken: nameOf(root, "NextContinuationToken", encodingType),
      keyCount: parseCount(childText(root, "KeyCount")) ?? objects.length + commonPrefixes.length,
      maxKeys: pageSizeOf(root, "MaxKeys", LIST_OBJECTS_PAGE_SIZE_DEFAULT),
      objects,
    });
  },
};

function parseFetchOwner(query: Query): boolean | undefined {
  const text = queryValue(query, "fetch-owner");
  if (text === undefined || text === "") {
    return undefined;
  }
  const value = text.toLowerCase();
  if (value !== "true" && value !== "false") {
    throw invalidArgument({ name: "fetch-owner", value: text });
  }
  return value === "true";
}

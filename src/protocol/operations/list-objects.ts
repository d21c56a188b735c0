// ListObjects: the objects of a bucket, ascending by key; the first version, which pages by marker.
// Source: OSS API, ListObjects (GetBucket).
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
import { encodeName } from "../fields/listing-encoding.ts";
import { commonPrefixElements, encodeOptionalName, nameOf } from "../fields/listing-names.ts";
import { type ObjectSummary, objectElement, objectOf } from "../fields/object-summary.ts";
import { parsePageSize } from "../fields/page-size.ts";
import { present } from "../fields/present.ts";
import { xmlAnswer } from "../fields/xml-message.ts";
import { LIST_OBJECTS_PAGE_SIZE_DEFAULT } from "../limits.ts";
import type { Operation } from "../operation.ts";
import { childrenNamed, element, optionalElement } from "../xml/xml-element.ts";

export interface ListObjectsInput extends BucketListingInput {
  /** The page begins behind this key, or behind all keys under this common prefix. */
  readonly marker?: string;
  /** 1 … 1,000; default 100. Counts objects and common prefixes. */
  readonly maxKeys?: number;
}

export interface ListObjectsOutput extends BucketListingOutput {
  readonly marker: string;
  readonly maxKeys: number;
  /** Present when the page is truncated. */
  readonly nextMarker?: string;
  /** Ascending by key. */
  readonly objects: readonly ObjectSummary[];
}

export const listObjects: Operation<ListObjectsInput, ListObjectsOutput> = {
  name: "ListObjects",
  method: "GET",
  level: "bucket",
  marks: { query: [] },
  permission: "oss:ListObjects",
  requestBody: "none",
  responseBody: "xml",
  isIdempotent: true,

  encodeRequest({ marker, maxKeys, ...input }) {
    return encodeBucketListingRequest(input, { marker, "max-keys": maxKeys });
  },

  decodeRequest(request) {
    return present({
      ...decodeBucketListingRequest(request),
      marker: parseListedName(request.query, "marker"),
      maxKeys: parsePageSize(request.query, "max-keys"),
    });
  },

  encodeResponse(output) {
    const { encodingType } = output;
    return xmlAnswer(
      element("ListBucketResult", [
        element("Name", output.bucket),
        element("Prefix", encodeName(output.prefix, encodingType)),
        element("Marker", encodeName(output.marker, encodingType)),
        element("MaxKeys", output.maxKeys),
        element("Delimiter", encodeName(output.delimiter, encodingType)),
        optionalElement("EncodingType", encodingType),
        element("IsTruncated", output.isTruncated),
        optionalElement("NextMarker", encodeOptionalName(output.nextMarker, encodingType)),
        ...output.objects.map((object) => objectElement(object, encodingType)),
        ...commonPrefixElements(output.commonPrefixes, encodingType),
      ]),
    );
  },

  decodeResponse(response) {
    const root = requiredDocument(response, "ListBucketResult");
    const listing = decodeBucketListing(root, "Name");
    const { encodingType } = listing;
    return present({
      ...listing,
      marker: nameOf(root, "Marker", encodingType) ?? "",
      maxKeys: pageSizeOf(root, "MaxKeys", LIST_OBJECTS_PAGE_SIZE_DEFAULT),
      nextMarker: nameOf(root, "NextMarker", encodingType),
      objects: childrenNamed(root, "Contents").map((contents) => objectOf(contents, encodingType)),
    });
  },
};

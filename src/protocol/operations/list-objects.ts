// ListObjects: the objects of a bucket, ascending by key; the first version, which pages by marker.
// Source: OSS API, ListObjects (GetBucket).
import { requiredDocument, requiredText } from "../fields/answer.ts";
import { requiredFlag } from "../fields/answer-values.ts";
import { parseCount } from "../fields/count-text.ts";
import { type EncodingType, encodeName, parseEncodingType } from "../fields/listing-encoding.ts";
import {
  commonPrefixElements,
  commonPrefixesOf,
  encodeOptionalName,
  encodingTypeOf,
  nameOf,
} from "../fields/listing-names.ts";
import { type ObjectSummary, objectElement, objectOf } from "../fields/object-summary.ts";
import { parsePageSize } from "../fields/page-size.ts";
import { present } from "../fields/present.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredBucket } from "../fields/required-input.ts";
import { xmlAnswer } from "../fields/xml-message.ts";
import { queryValue } from "../http-message.ts";
import { LIST_OBJECTS_PAGE_SIZE_DEFAULT } from "../limits.ts";
import type { Operation } from "../operation.ts";
import { childrenNamed, childText, element, optionalElement } from "../xml/xml-element.ts";

export interface ListObjectsInput {
  readonly bucket: string;
  readonly prefix?: string;
  /** Objects whose keys go on behind it, after the prefix, are summed up as common prefixes. */
  readonly delimiter?: string;
  /** The page begins behind this key, or behind all keys under this common prefix. */
  readonly marker?: string;
  /** 1 … 1,000; default 100. Counts objects and common prefixes. */
  readonly maxKeys?: number;
  readonly encodingType?: EncodingType;
}

export interface ListObjectsOutput {
  readonly bucket: string;
  readonly prefix: string;
  readonly marker: string;
  readonly maxKeys: number;
  readonly delimiter: string;
  readonly encodingType?: EncodingType;
  readonly isTruncated: boolean;
  /** Present when the page is truncated. */
  readonly nextMarker?: string;
  /** Ascending by key. */
  readonly objects: readonly ObjectSummary[];
  readonly commonPrefixes: readonly string[];
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

  encodeRequest({ bucket, prefix, delimiter, marker, maxKeys, encodingType }) {
    return {
      method: "GET",
      resource: { bucket },
      query: queryPairs({
        prefix,
        delimiter,
        marker,
        "max-keys": maxKeys,
        "encoding-type": encodingType,
      }),
      headers: {},
    };
  },

  decodeRequest(request) {
    return present({
      bucket: requiredBucket(request),
      prefix: queryValue(request.query, "prefix"),
      delimiter: queryValue(request.query, "delimiter"),
      marker: queryValue(request.query, "marker"),
      maxKeys: parsePageSize(request.query, "max-keys"),
      encodingType: parseEncodingType(request.query),
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
    const encodingType = encodingTypeOf(root);
    return present({
      bucket: requiredText(root, "Name"),
      prefix: nameOf(root, "Prefix", encodingType) ?? "",
      marker: nameOf(root, "Marker", encodingType) ?? "",
      maxKeys: parseCount(childText(root, "MaxKeys")) ?? LIST_OBJECTS_PAGE_SIZE_DEFAULT,
      delimiter: nameOf(root, "Delimiter", encodingType) ?? "",
      encodingType,
      isTruncated: requiredFlag(root, "IsTruncated"),
      nextMarker: nameOf(root, "NextMarker", encodingType),
      objects: childrenNamed(root, "Contents").map((contents) => objectOf(contents, encodingType)),
      commonPrefixes: commonPrefixesOf(root, encodingType),
    });
  },
};

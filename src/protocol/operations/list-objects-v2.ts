// ListObjectsV2: the objects of a bucket, ascending by key; the second version, which pages by an opaque token.
// Source: OSS API, ListObjectsV2 (GetBucketV2).

import { invalidArgument } from "../errors/service-error.ts";
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
import { type Query, queryValue } from "../http-message.ts";
import { LIST_OBJECTS_PAGE_SIZE_DEFAULT } from "../limits.ts";
import type { Operation } from "../operation.ts";
import { childrenNamed, childText, element, optionalElement } from "../xml/xml-element.ts";

export interface ListObjectsV2Input {
  readonly bucket: string;
  readonly prefix?: string;
  /** Objects whose keys go on behind it, after the prefix, are summed up as common prefixes. */
  readonly delimiter?: string;
  /** The listing begins behind this key; never "". */
  readonly startAfter?: string;
  /** The answer's `nextContinuationToken`; never "". */
  readonly continuationToken?: string;
  /** 1 … 1,000; default 100. Counts objects and common prefixes. */
  readonly maxKeys?: number;
  /** Default false. */
  readonly fetchOwner?: boolean;
  readonly encodingType?: EncodingType;
}

export interface ListObjectsV2Output {
  readonly bucket: string;
  readonly prefix: string;
  readonly delimiter: string;
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
  readonly encodingType?: EncodingType;
  readonly isTruncated: boolean;
  /** Ascending by key. */
  readonly objects: readonly ObjectSummary[];
  readonly commonPrefixes: readonly string[];
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

  encodeRequest(input) {
    return {
      method: "GET",
      resource: { bucket: input.bucket },
      query: queryPairs({
        "list-type": 2,
        prefix: input.prefix,
        delimiter: input.delimiter,
        "start-after": input.startAfter,
        "continuation-token": input.continuationToken,
        "max-keys": input.maxKeys,
        "fetch-owner": input.fetchOwner?.toString(),
        "encoding-type": input.encodingType,
      }),
      headers: {},
    };
  },

  decodeRequest(request) {
    return present({
      bucket: requiredBucket(request),
      prefix: queryValue(request.query, "prefix"),
      delimiter: queryValue(request.query, "delimiter"),
      // oss2 sends both empty for the first page.
      startAfter: queryValue(request.query, "start-after") || undefined,
      continuationToken: queryValue(request.query, "continuation-token") || undefined,
      maxKeys: parsePageSize(request.query, "max-keys"),
      fetchOwner: parseFetchOwner(request.query),
      encodingType: parseEncodingType(request.query),
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
    const encodingType = encodingTypeOf(root);
    const objects = childrenNamed(root, "Contents").map((contents) => objectOf(contents, encodingType));
    const commonPrefixes = commonPrefixesOf(root, encodingType);
    return present({
      bucket: requiredText(root, "Name"),
      prefix: nameOf(root, "Prefix", encodingType) ?? "",
      delimiter: nameOf(root, "Delimiter", encodingType) ?? "",
      startAfter: nameOf(root, "StartAfter", encodingType),
      continuationToken: nameOf(root, "ContinuationToken", encodingType),
      nextContinuationToken: nameOf(root, "NextContinuationToken", encodingType),
      keyCount: parseCount(childText(root, "KeyCount")) ?? objects.length + commonPrefixes.length,
      maxKeys: parseCount(childText(root, "MaxKeys")) ?? LIST_OBJECTS_PAGE_SIZE_DEFAULT,
      encodingType,
      isTruncated: requiredFlag(root, "IsTruncated"),
      objects,
      commonPrefixes,
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

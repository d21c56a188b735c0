// ListBuckets: the buckets of the account that asks, ascending by name.
// Source: OSS API, ListBuckets (GetService).
import { requiredDocument } from "../fields/answer.ts";
import { type BucketSummary, bucketElements, bucketOf } from "../fields/bucket-summary.ts";
import { parseCount } from "../fields/count-text.ts";
import { type Owner, ownerElement, ownerOf } from "../fields/owner.ts";
import { parsePageSize } from "../fields/page-size.ts";
import { present } from "../fields/present.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { encodeTagList, parseTagList } from "../fields/tag-list.ts";
import type { Tags } from "../fields/tagging.ts";
import { xmlAnswer } from "../fields/xml-message.ts";
import { queryValue } from "../http-message.ts";
import type { Operation } from "../operation.ts";
import { childNamed, childrenNamed, childText, element, optionalElement } from "../xml/xml-element.ts";

export interface ListBucketsInput {
  readonly prefix?: string;
  /** The page begins behind this name. */
  readonly marker?: string;
  /** 1 … 1,000; default 100. */
  readonly maxKeys?: number;
  /** Buckets that have a tag of this key alone, and with `tagValue` of that value. */
  readonly tagKey?: string;
  readonly tagValue?: string;
  /** Buckets that have all these tags alone. */
  readonly tags?: Tags;
}

export interface ListBucketsOutput {
  readonly owner: Owner;
  /** Ascending by name. */
  readonly buckets: readonly BucketSummary[];
  /** What the request asked for; absent when it asked for no page. */
  readonly prefix?: string;
  readonly marker?: string;
  readonly maxKeys?: number;
  readonly isTruncated: boolean;
  /** Present when the page is truncated. */
  readonly nextMarker?: string;
}

export const listBuckets: Operation<ListBucketsInput, ListBucketsOutput> = {
  name: "ListBuckets",
  method: "GET",
  level: "service",
  marks: { query: [], ignoredQuery: ["tagging"] },
  permission: "oss:ListBuckets",
  requestBody: "none",
  responseBody: "xml",
  isIdempotent: true,

  encodeRequest({ prefix, marker, maxKeys, tagKey, tagValue, tags }) {
    return {
      method: "GET",
      resource: {},
      query: queryPairs({
        prefix,
        marker,
        "max-keys": maxKeys,
        "tag-key": tagKey,
        "tag-value": tagValue,
        tagging: tags && encodeTagList(tags),
      }),
      headers: {},
    };
  },

  decodeRequest(request) {
    const list = queryValue(request.query, "tagging");
    return present({
      prefix: queryValue(request.query, "prefix"),
      marker: queryValue(request.query, "marker"),
      maxKeys: parsePageSize(request.query, "max-keys"),
      tagKey: queryValue(request.query, "tag-key"),
      tagValue: queryValue(request.query, "tag-value"),
      tags: list === undefined ? undefined : parseTagList(list),
    });
  },

  // ali-oss reads Owner.ID without looking whether there is one.
  encodeResponse({ owner, buckets, prefix, marker, maxKeys, isTruncated, nextMarker }) {
    return xmlAnswer(
      element("ListAllMyBucketsResult", [
        optionalElement("Prefix", prefix),
        optionalElement("Marker", marker),
        optionalElement("MaxKeys", maxKeys),
        element("IsTruncated", isTruncated),
        optionalElement("NextMarker", nextMarker),
        ownerElement(owner),
        element(
          "Buckets",
          buckets.map((bucket) =>
            element("Bucket", [...bucketElements(bucket), element("Region", bucket.region)]),
          ),
        ),
      ]),
    );
  },

  decodeResponse(response) {
    const root = requiredDocument(response, "ListAllMyBucketsResult");
    const buckets = childNamed(root, "Buckets");
    return present({
      owner: ownerOf(root) ?? { id: "", displayName: "" },
      buckets: buckets === undefined ? [] : childrenNamed(buckets, "Bucket").map(bucketOf),
      prefix: childText(root, "Prefix"),
      marker: childText(root, "Marker"),
      maxKeys: parseCount(childText(root, "MaxKeys")),
      // OSS leaves it out when there is nothing to page through.
      isTruncated: childText(root, "IsTruncated") === "true",
      nextMarker: childText(root, "NextMarker"),
    });
  },
};

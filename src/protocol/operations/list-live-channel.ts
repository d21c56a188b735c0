// ListLiveChannel: the channels of a bucket to which video is streamed. This wire describes none of them, so the list is
// always empty; SDKs' clean-up code asks for it before it deletes a bucket.
// Source: OSS API, ListLiveChannel.
import { requiredDocument } from "../fields/answer.ts";
import { requiredCount, requiredFlag } from "../fields/answer-values.ts";
import { parsePageSize } from "../fields/page-size.ts";
import { present } from "../fields/present.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredBucket } from "../fields/required-input.ts";
import { xmlAnswer } from "../fields/xml-message.ts";
import { queryValue } from "../http-message.ts";
import type { Operation } from "../operation.ts";
import { childText, element } from "../xml/xml-element.ts";

export interface ListLiveChannelInput {
  readonly bucket: string;
  readonly prefix?: string;
  readonly marker?: string;
  /** 1 … 1,000; default 100. */
  readonly maxKeys?: number;
}

export interface ListLiveChannelOutput {
  readonly prefix: string;
  readonly marker: string;
  readonly maxKeys: number;
  readonly isTruncated: boolean;
  readonly nextMarker: string;
}

export const listLiveChannel: Operation<ListLiveChannelInput, ListLiveChannelOutput> = {
  name: "ListLiveChannel",
  method: "GET",
  level: "bucket",
  marks: { query: ["live"] },
  permission: "oss:ListLiveChannel",
  requestBody: "none",
  responseBody: "xml",
  isIdempotent: true,

  encodeRequest({ bucket, prefix, marker, maxKeys }) {
    return {
      method: "GET",
      resource: { bucket },
      query: queryPairs({ live: true, prefix, marker, "max-keys": maxKeys }),
      headers: {},
    };
  },

  decodeRequest(request) {
    return present({
      bucket: requiredBucket(request),
      prefix: queryValue(request.query, "prefix"),
      marker: queryValue(request.query, "marker"),
      maxKeys: parsePageSize(request.query, "max-keys"),
    });
  },

  encodeResponse({ prefix, marker, maxKeys, isTruncated, nextMarker }) {
    return xmlAnswer(
      element("ListLiveChannelResult", [
        element("Prefix", prefix),
        element("Marker", marker),
        element("MaxKeys", maxKeys),
        element("IsTruncated", isTruncated),
        element("NextMarker", nextMarker),
      ]),
    );
  },

  decodeResponse(response) {
    const root = requiredDocument(response, "ListLiveChannelResult");
    return {
      prefix: childText(root, "Prefix") ?? "",
      marker: childText(root, "Marker") ?? "",
      maxKeys: requiredCount(root, "MaxKeys"),
      isTruncated: requiredFlag(root, "IsTruncated"),
      nextMarker: childText(root, "NextMarker") ?? "",
    };
  },
};

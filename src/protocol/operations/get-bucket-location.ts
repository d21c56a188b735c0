// GetBucketLocation: where a bucket lives.
// Source: OSS API, GetBucketLocation.
import { requiredDocument } from "../fields/answer.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredBucket } from "../fields/required-input.ts";
import { xmlAnswer } from "../fields/xml-message.ts";
import type { Operation } from "../operation.ts";
import { element } from "../xml/xml-element.ts";

export interface GetBucketLocationInput {
  readonly bucket: string;
}

export interface GetBucketLocationOutput {
  /** `oss-cn-hangzhou`: the region with `oss-` before it. */
  readonly location: string;
}

export const getBucketLocation: Operation<GetBucketLocationInput, GetBucketLocationOutput> = {
  name: "GetBucketLocation",
  method: "GET",
  level: "bucket",
  marks: { query: ["location"] },
  permission: "oss:GetBucketLocation",
  requestBody: "none",
  responseBody: "xml",
  isIdempotent: true,

  encodeRequest({ bucket }) {
    return { method: "GET", resource: { bucket }, query: queryPairs({ location: true }), headers: {} };
  },

  decodeRequest(request) {
    return { bucket: requiredBucket(request) };
  },

  encodeResponse({ location }) {
    return xmlAnswer(element("LocationConstraint", location));
  },

  decodeResponse(response) {
    return { location: requiredDocument(response, "LocationConstraint").text };
  },
};

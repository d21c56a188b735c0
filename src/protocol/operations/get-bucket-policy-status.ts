// GetBucketPolicyStatus: whether a bucket's policy lets everybody in.
// Source: OSS API, GetBucketPolicyStatus.
import { requiredDocument } from "../fields/answer.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredBucket } from "../fields/required-input.ts";
import { onlyFlag } from "../fields/xml-elements.ts";
import { xmlAnswer } from "../fields/xml-message.ts";
import type { Operation } from "../operation.ts";
import { element } from "../xml/xml-element.ts";

export interface GetBucketPolicyStatusInput {
  readonly bucket: string;
}

export interface GetBucketPolicyStatusOutput {
  /** False also where there is no policy. */
  readonly isPublic: boolean;
}

export const getBucketPolicyStatus: Operation<GetBucketPolicyStatusInput, GetBucketPolicyStatusOutput> = {
  name: "GetBucketPolicyStatus",
  method: "GET",
  level: "bucket",
  marks: { query: ["policyStatus"] },
  permission: "oss:GetBucketPolicyStatus",
  requestBody: "none",
  responseBody: "xml",
  isIdempotent: true,

  encodeRequest({ bucket }) {
    return { method: "GET", resource: { bucket }, query: queryPairs({ policyStatus: true }), headers: {} };
  },

  decodeRequest(request) {
    return { bucket: requiredBucket(request) };
  },

  encodeResponse({ isPublic }) {
    return xmlAnswer(element("PolicyStatus", [element("IsPublic", isPublic)]));
  },

  decodeResponse(response) {
    return { isPublic: onlyFlag(requiredDocument(response, "PolicyStatus"), "IsPublic") ?? false };
  },
};

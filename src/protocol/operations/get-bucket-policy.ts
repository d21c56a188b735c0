// GetBucketPolicy: a bucket's policy, as it was written.
// Source: OSS API, GetBucketPolicy.
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredBucket } from "../fields/required-input.ts";
import type { Operation } from "../operation.ts";

export interface GetBucketPolicyOutput {
  /** JSON. */
  readonly policy: string;
}

export interface GetBucketPolicyInput {
  readonly bucket: string;
}

export const getBucketPolicy: Operation<GetBucketPolicyInput, GetBucketPolicyOutput> = {
  name: "GetBucketPolicy",
  method: "GET",
  level: "bucket",
  marks: { query: ["policy"] },
  permission: "oss:GetBucketPolicy",
  requestBody: "none",
  responseBody: "json",
  isIdempotent: true,

  encodeRequest({ bucket }) {
    return { method: "GET", resource: { bucket }, query: queryPairs({ policy: true }), headers: {} };
  },

  decodeRequest(request) {
    return { bucket: requiredBucket(request) };
  },

  encodeResponse({ policy }) {
    return { status: 200, headers: { "content-type": "application/json" }, text: policy };
  },

  decodeResponse({ text }) {
    return { policy: text ?? "" };
  },
};

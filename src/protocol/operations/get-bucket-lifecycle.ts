// GetBucketLifecycle: the rules that a bucket has; NoSuchLifecycle when it has none.
// Source: OSS API, GetBucketLifecycle.
import { requiredDocument, usableAnswer } from "../fields/answer.ts";
import { lifecycleDocument } from "../fields/lifecycle-document.ts";
import type { LifecycleRule } from "../fields/lifecycle-rule.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { readLifecycleRules } from "../fields/read-lifecycle-rules.ts";
import { requiredBucket } from "../fields/required-input.ts";
import { xmlAnswer } from "../fields/xml-message.ts";
import type { Operation } from "../operation.ts";

export interface GetBucketLifecycleInput {
  readonly bucket: string;
}

export interface GetBucketLifecycleOutput {
  /** In the order in which they were given, each with its ID. */
  readonly rules: readonly LifecycleRule[];
}

export const getBucketLifecycle: Operation<GetBucketLifecycleInput, GetBucketLifecycleOutput> = {
  name: "GetBucketLifecycle",
  method: "GET",
  level: "bucket",
  marks: { query: ["lifecycle"] },
  permission: "oss:GetBucketLifecycle",
  requestBody: "none",
  responseBody: "xml",
  isIdempotent: true,

  encodeRequest({ bucket }) {
    return { method: "GET", resource: { bucket }, query: queryPairs({ lifecycle: true }), headers: {} };
  },

  decodeRequest(request) {
    return { bucket: requiredBucket(request) };
  },

  encodeResponse({ rules }) {
    return xmlAnswer(lifecycleDocument(rules));
  },

  decodeResponse(response) {
    const root = requiredDocument(response, "LifecycleConfiguration");
    return { rules: usableAnswer(response, () => readLifecycleRules(root)) };
  },
};

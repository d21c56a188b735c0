// GetBucketTags: a bucket's tags, of which there may be none.
// Source: OSS API, GetBucketTags.
import { requiredDocument } from "../fields/answer.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredBucket } from "../fields/required-input.ts";
import { type Tags, taggingElement, tagsOf } from "../fields/tagging.ts";
import { xmlAnswer } from "../fields/xml-message.ts";
import type { Operation } from "../operation.ts";

export interface GetBucketTagsOutput {
  readonly tags: Tags;
}

export interface GetBucketTagsInput {
  readonly bucket: string;
}

export const getBucketTags: Operation<GetBucketTagsInput, GetBucketTagsOutput> = {
  name: "GetBucketTags",
  method: "GET",
  level: "bucket",
  marks: { query: ["tagging"] },
  permission: "oss:GetBucketTagging",
  requestBody: "none",
  responseBody: "xml",
  isIdempotent: true,

  encodeRequest({ bucket }) {
    return { method: "GET", resource: { bucket }, query: queryPairs({ tagging: true }), headers: {} };
  },

  decodeRequest(request) {
    return { bucket: requiredBucket(request) };
  },

  encodeResponse({ tags }) {
    return xmlAnswer(taggingElement(tags));
  },

  decodeResponse(response) {
    return { tags: tagsOf(requiredDocument(response, "Tagging")) };
  },
};

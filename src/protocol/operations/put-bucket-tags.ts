// PutBucketTags: gives a bucket tags, in place of all that it had.
// Source: OSS API, PutBucketTags.
import { decodeNothing, type EmptyOutput, encodeDone } from "../fields/empty-output.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredBucket } from "../fields/required-input.ts";
import { BUCKET_TAG_RULES, requestTags, type Tags, taggingElement } from "../fields/tagging.ts";
import { XML_CONTENT_TYPE } from "../fields/xml-message.ts";
import type { Operation } from "../operation.ts";
import { writeXml } from "../xml/write-xml.ts";

export interface PutBucketTagsInput {
  readonly bucket: string;
  /** At most 20. */
  readonly tags: Tags;
}

export const putBucketTags: Operation<PutBucketTagsInput, EmptyOutput> = {
  name: "PutBucketTags",
  method: "PUT",
  level: "bucket",
  marks: { query: ["tagging"] },
  permission: "oss:PutBucketTagging",
  requestBody: "xml",
  responseBody: "none",
  isIdempotent: true,

  encodeRequest({ bucket, tags }) {
    return {
      method: "PUT",
      resource: { bucket },
      query: queryPairs({ tagging: true }),
      headers: { "content-type": XML_CONTENT_TYPE },
      text: writeXml(taggingElement(tags)),
    };
  },

  decodeRequest(request) {
    return { bucket: requiredBucket(request), tags: requestTags(request, BUCKET_TAG_RULES) };
  },

  encodeResponse: encodeDone,
  decodeResponse: decodeNothing,
};

// GetBucketReferer: which pages may link to a bucket's objects. Where nothing was set, the answer is what holds then.
// Source: OSS API, GetBucketReferer.
import { requiredDocument } from "../fields/answer.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import {
  decodeRefererConfiguration,
  encodeRefererConfiguration,
  REFERER_ROOT,
  type RefererConfiguration,
} from "../fields/referer-configuration.ts";
import { requiredBucket } from "../fields/required-input.ts";
import { xmlAnswer } from "../fields/xml-message.ts";
import type { Operation } from "../operation.ts";

export interface GetBucketRefererInput {
  readonly bucket: string;
}

export const getBucketReferer: Operation<GetBucketRefererInput, RefererConfiguration> = {
  name: "GetBucketReferer",
  method: "GET",
  level: "bucket",
  marks: { query: ["referer"] },
  permission: "oss:GetBucketReferer",
  requestBody: "none",
  responseBody: "xml",
  isIdempotent: true,

  encodeRequest({ bucket }) {
    return { method: "GET", resource: { bucket }, query: queryPairs({ referer: true }), headers: {} };
  },

  decodeRequest(request) {
    return { bucket: requiredBucket(request) };
  },

  encodeResponse(configuration) {
    return xmlAnswer(encodeRefererConfiguration(configuration));
  },

  decodeResponse(response) {
    return decodeRefererConfiguration(requiredDocument(response, REFERER_ROOT));
  },
};

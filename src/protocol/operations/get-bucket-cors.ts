// GetBucketCors: the CORS rules that a bucket has; NoSuchCORSConfiguration when it has none.
// Source: OSS API, GetBucketCors.
import { requiredDocument, usableAnswer } from "../fields/answer.ts";
import { type CorsConfiguration, corsDocument, readCorsConfiguration } from "../fields/cors-rule.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredBucket } from "../fields/required-input.ts";
import { xmlAnswer } from "../fields/xml-message.ts";
import type { Operation } from "../operation.ts";

export interface GetBucketCorsInput {
  readonly bucket: string;
}

export interface GetBucketCorsOutput {
  readonly configuration: CorsConfiguration;
}

export const getBucketCors: Operation<GetBucketCorsInput, GetBucketCorsOutput> = {
  name: "GetBucketCors",
  method: "GET",
  level: "bucket",
  marks: { query: ["cors"] },
  permission: "oss:GetBucketCors",
  requestBody: "none",
  responseBody: "xml",
  isIdempotent: true,

  encodeRequest({ bucket }) {
    return { method: "GET", resource: { bucket }, query: queryPairs({ cors: true }), headers: {} };
  },

  decodeRequest(request) {
    return { bucket: requiredBucket(request) };
  },

  encodeResponse({ configuration }) {
    return xmlAnswer(corsDocument(configuration));
  },

  decodeResponse(response) {
    const root = requiredDocument(response, "CORSConfiguration");
    return { configuration: usableAnswer(response, () => readCorsConfiguration(root)) };
  },
};

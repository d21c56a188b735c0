// DeleteBucketCors: takes a bucket's CORS rules away; 204 also when there are none.
// Source: OSS API, DeleteBucketCors.
import { decodeNothing, type EmptyOutput, encodeNoContent } from "../fields/empty-output.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredBucket } from "../fields/required-input.ts";
import type { Operation } from "../operation.ts";

export interface DeleteBucketCorsInput {
  readonly bucket: string;
}

export const deleteBucketCors: Operation<DeleteBucketCorsInput, EmptyOutput> = {
  name: "DeleteBucketCors",
  method: "DELETE",
  level: "bucket",
  marks: { query: ["cors"] },
  permission: "oss:DeleteBucketCors",
  requestBody: "none",
  responseBody: "none",
  isIdempotent: true,

  encodeRequest({ bucket }) {
    return { method: "DELETE", resource: { bucket }, query: queryPairs({ cors: true }), headers: {} };
  },

  decodeRequest(request) {
    return { bucket: requiredBucket(request) };
  },

  encodeResponse: encodeNoContent,
  decodeResponse: decodeNothing,
};

// DeleteBucketPolicy: takes a bucket's policy away; to have none is no error.
// Source: OSS API, DeleteBucketPolicy.
import { decodeNothing, type EmptyOutput, encodeNoContent } from "../fields/empty-output.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredBucket } from "../fields/required-input.ts";
import type { Operation } from "../operation.ts";

export interface DeleteBucketPolicyInput {
  readonly bucket: string;
}

export const deleteBucketPolicy: Operation<DeleteBucketPolicyInput, EmptyOutput> = {
  name: "DeleteBucketPolicy",
  method: "DELETE",
  level: "bucket",
  marks: { query: ["policy"] },
  permission: "oss:DeleteBucketPolicy",
  requestBody: "none",
  responseBody: "none",
  isIdempotent: true,

  encodeRequest({ bucket }) {
    return { method: "DELETE", resource: { bucket }, query: queryPairs({ policy: true }), headers: {} };
  },

  decodeRequest(request) {
    return { bucket: requiredBucket(request) };
  },

  encodeResponse: encodeNoContent,
  decodeResponse: decodeNothing,
};

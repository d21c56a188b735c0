// DeleteBucketLifecycle: takes a bucket's lifecycle rules away; 204 also when there are none.
// Source: OSS API, DeleteBucketLifecycle.
import { decodeNothing, type EmptyOutput, encodeNoContent } from "../fields/empty-output.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredBucket } from "../fields/required-input.ts";
import type { Operation } from "../operation.ts";

export interface DeleteBucketLifecycleInput {
  readonly bucket: string;
}

export const deleteBucketLifecycle: Operation<DeleteBucketLifecycleInput, EmptyOutput> = {
  name: "DeleteBucketLifecycle",
  method: "DELETE",
  level: "bucket",
  marks: { query: ["lifecycle"] },
  permission: "oss:DeleteBucketLifecycle",
  requestBody: "none",
  responseBody: "none",
  isIdempotent: true,

  encodeRequest({ bucket }) {
    return { method: "DELETE", resource: { bucket }, query: queryPairs({ lifecycle: true }), headers: {} };
  },

  decodeRequest(request) {
    return { bucket: requiredBucket(request) };
  },

  encodeResponse: encodeNoContent,
  decodeResponse: decodeNothing,
};

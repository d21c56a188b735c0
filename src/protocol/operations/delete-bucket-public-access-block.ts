// DeleteBucketPublicAccessBlock: what lets everybody into a bucket counts again; to have no block is no error.
// Source: OSS API, DeleteBucketPublicAccessBlock.
import { decodeNothing, type EmptyOutput, encodeNoContent } from "../fields/empty-output.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredBucket } from "../fields/required-input.ts";
import type { Operation } from "../operation.ts";

export interface DeleteBucketPublicAccessBlockInput {
  readonly bucket: string;
}

export const deleteBucketPublicAccessBlock: Operation<DeleteBucketPublicAccessBlockInput, EmptyOutput> = {
  name: "DeleteBucketPublicAccessBlock",
  method: "DELETE",
  level: "bucket",
  marks: { query: ["publicAccessBlock"] },
  permission: "oss:DeleteBucketPublicAccessBlock",
  requestBody: "none",
  responseBody: "none",
  isIdempotent: true,

  encodeRequest({ bucket }) {
    const query = queryPairs({ publicAccessBlock: true });
    return { method: "DELETE", resource: { bucket }, query, headers: {} };
  },

  decodeRequest(request) {
    return { bucket: requiredBucket(request) };
  },

  encodeResponse: encodeNoContent,
  decodeResponse: decodeNothing,
};

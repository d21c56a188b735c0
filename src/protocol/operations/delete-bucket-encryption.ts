// DeleteBucketEncryption: takes a bucket's default encryption away; to have none is no error.
// Source: OSS API, DeleteBucketEncryption.
import { decodeNothing, type EmptyOutput, encodeNoContent } from "../fields/empty-output.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredBucket } from "../fields/required-input.ts";
import type { Operation } from "../operation.ts";

export interface DeleteBucketEncryptionInput {
  readonly bucket: string;
}

export const deleteBucketEncryption: Operation<DeleteBucketEncryptionInput, EmptyOutput> = {
  name: "DeleteBucketEncryption",
  method: "DELETE",
  level: "bucket",
  marks: { query: ["encryption"] },
  permission: "oss:DeleteBucketEncryption",
  requestBody: "none",
  responseBody: "none",
  isIdempotent: true,

  encodeRequest({ bucket }) {
    return { method: "DELETE", resource: { bucket }, query: queryPairs({ encryption: true }), headers: {} };
  },

  decodeRequest(request) {
    return { bucket: requiredBucket(request) };
  },

  encodeResponse: encodeNoContent,
  decodeResponse: decodeNothing,
};

// DeleteBucket: refused as long as the bucket has objects or open uploads.
// Source: OSS API, DeleteBucket.
import { decodeNothing, type EmptyOutput, encodeNoContent } from "../fields/empty-output.ts";
import { requiredBucket } from "../fields/required-input.ts";
import type { Operation } from "../operation.ts";

export interface DeleteBucketInput {
  readonly bucket: string;
}

export const deleteBucket: Operation<DeleteBucketInput, EmptyOutput> = {
  name: "DeleteBucket",
  method: "DELETE",
  level: "bucket",
  marks: { query: [] },
  permission: "oss:DeleteBucket",
  requestBody: "none",
  responseBody: "none",
  // A second one is answered NoSuchBucket, but changes nothing.
  isIdempotent: true,

  encodeRequest({ bucket }) {
    return { method: "DELETE", resource: { bucket }, query: [], headers: {} };
  },

  decodeRequest(request) {
    return { bucket: requiredBucket(request) };
  },

  encodeResponse: encodeNoContent,
  decodeResponse: decodeNothing,
};

// DeleteBucketTags: takes tags from a bucket, all or those that are named; what is not there is no error.
// Source: OSS API, DeleteBucketTags.
import { decodeNothing, type EmptyOutput, encodeNoContent } from "../fields/empty-output.ts";
import { present } from "../fields/present.ts";
import { requiredBucket } from "../fields/required-input.ts";
import { queryValue } from "../http-message.ts";
import type { Operation } from "../operation.ts";

export interface DeleteBucketTagsInput {
  readonly bucket: string;
  /** Without commas. Absent: all. */
  readonly keys?: readonly string[];
}

export const deleteBucketTags: Operation<DeleteBucketTagsInput, EmptyOutput> = {
  name: "DeleteBucketTags",
  method: "DELETE",
  level: "bucket",
  marks: { query: ["tagging"] },
  permission: "oss:DeleteBucketTagging",
  requestBody: "none",
  responseBody: "none",
  isIdempotent: true,

  encodeRequest({ bucket, keys = [] }) {
    return { method: "DELETE", resource: { bucket }, query: [["tagging", keys.join(",")]], headers: {} };
  },

  // The mark itself names the keys: `?tagging=k1,k2`.
  decodeRequest(request) {
    const keys = (queryValue(request.query, "tagging") ?? "").split(",").filter((key) => key !== "");
    return present({ bucket: requiredBucket(request), keys: keys.length === 0 ? undefined : keys });
  },

  encodeResponse: encodeNoContent,
  decodeResponse: decodeNothing,
};

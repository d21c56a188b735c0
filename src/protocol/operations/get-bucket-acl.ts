// GetBucketAcl: who may use a bucket.
// Source: OSS API, GetBucketAcl.
import {
  type AccessControlPolicy,
  decodeAccessControlPolicy,
  encodeAccessControlPolicy,
} from "../fields/access-control-policy.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredBucket } from "../fields/required-input.ts";
import type { Operation } from "../operation.ts";

export interface GetBucketAclInput {
  readonly bucket: string;
}

export const getBucketAcl: Operation<GetBucketAclInput, AccessControlPolicy> = {
  name: "GetBucketAcl",
  method: "GET",
  level: "bucket",
  marks: { query: ["acl"] },
  permission: "oss:GetBucketAcl",
  requestBody: "none",
  responseBody: "xml",
  isIdempotent: true,

  encodeRequest({ bucket }) {
    return { method: "GET", resource: { bucket }, query: queryPairs({ acl: true }), headers: {} };
  },

  decodeRequest(request) {
    return { bucket: requiredBucket(request) };
  },

  encodeResponse: encodeAccessControlPolicy,

  decodeResponse: decodeAccessControlPolicy,
};

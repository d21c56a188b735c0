// PutBucketAcl: changes who may use a bucket.
// Source: OSS API, PutBucketAcl.
import {
  type BucketAcl,
  bucketAclHeader,
  decodeBucketAcl,
  encodeBucketAcl,
  requiredAcl,
} from "../fields/access-control.ts";
import { decodeNothing, type EmptyOutput, encodeDone } from "../fields/empty-output.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredBucket } from "../fields/required-input.ts";
import type { Operation } from "../operation.ts";

export interface PutBucketAclInput {
  readonly bucket: string;
  readonly acl: BucketAcl;
}

export const putBucketAcl: Operation<PutBucketAclInput, EmptyOutput> = {
  name: "PutBucketAcl",
  method: "PUT",
  level: "bucket",
  marks: { query: ["acl"] },
  permission: "oss:PutBucketAcl",
  requestBody: "none",
  responseBody: "none",
  isIdempotent: true,

  encodeRequest({ bucket, acl }, dialect) {
    return {
      method: "PUT",
      resource: { bucket },
      query: queryPairs({ acl: true }),
      headers: encodeBucketAcl(acl, dialect),
    };
  },

  decodeRequest(request, dialect) {
    return {
      bucket: requiredBucket(request),
      acl: requiredAcl(decodeBucketAcl(request.headers, dialect), bucketAclHeader(dialect)),
    };
  },

  encodeResponse: encodeDone,
  decodeResponse: decodeNothing,
};

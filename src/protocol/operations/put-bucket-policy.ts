// PutBucketPolicy: gives a bucket a policy, in place of the one it had.
// Source: OSS API, PutBucketPolicy.
import { requestPolicy } from "../fields/bucket-policy.ts";
import { decodeNothing, type EmptyOutput, encodeDone } from "../fields/empty-output.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredBucket } from "../fields/required-input.ts";
import type { Operation } from "../operation.ts";

export interface PutBucketPolicyInput {
  readonly bucket: string;
  /** JSON; kept as it is written. */
  readonly policy: string;
}

export const putBucketPolicy: Operation<PutBucketPolicyInput, EmptyOutput> = {
  name: "PutBucketPolicy",
  method: "PUT",
  level: "bucket",
  marks: { query: ["policy"] },
  permission: "oss:PutBucketPolicy",
  requestBody: "json",
  responseBody: "none",
  isIdempotent: true,

  encodeRequest({ bucket, policy }) {
    return {
      method: "PUT",
      resource: { bucket },
      query: queryPairs({ policy: true }),
      headers: { "content-type": "application/json" },
      text: policy,
    };
  },

  decodeRequest(request) {
    return { bucket: requiredBucket(request), policy: requestPolicy(request.text ?? "") };
  },

  encodeResponse: encodeDone,
  decodeResponse: decodeNothing,
};

// GetBucketPublicAccessBlock: whether what would let everybody into a bucket counts for nothing.
// Source: OSS API, GetBucketPublicAccessBlock.
import { requiredDocument } from "../fields/answer.ts";
import {
  decodePublicAccessBlock,
  encodePublicAccessBlock,
  PUBLIC_ACCESS_BLOCK_ROOT,
  type PublicAccessBlock,
} from "../fields/public-access-block.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredBucket } from "../fields/required-input.ts";
import { xmlAnswer } from "../fields/xml-message.ts";
import type { Operation } from "../operation.ts";

export interface GetBucketPublicAccessBlockInput {
  readonly bucket: string;
}

export const getBucketPublicAccessBlock: Operation<GetBucketPublicAccessBlockInput, PublicAccessBlock> = {
  name: "GetBucketPublicAccessBlock",
  method: "GET",
  level: "bucket",
  marks: { query: ["publicAccessBlock"] },
  permission: "oss:GetBucketPublicAccessBlock",
  requestBody: "none",
  responseBody: "xml",
  isIdempotent: true,

  encodeRequest({ bucket }) {
    return {
      method: "GET",
      resource: { bucket },
      query: queryPairs({ publicAccessBlock: true }),
      headers: {},
    };
  },

  decodeRequest(request) {
    return { bucket: requiredBucket(request) };
  },

  encodeResponse(block) {
    return xmlAnswer(encodePublicAccessBlock(block));
  },

  decodeResponse(response) {
    return decodePublicAccessBlock(requiredDocument(response, PUBLIC_ACCESS_BLOCK_ROOT));
  },
};

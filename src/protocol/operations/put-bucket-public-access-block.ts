// PutBucketPublicAccessBlock: whether what would let everybody into a bucket counts for nothing.
// Source: OSS API, PutBucketPublicAccessBlock.
import { decodeNothing, type EmptyOutput, encodeDone } from "../fields/empty-output.ts";
import {
  decodePublicAccessBlock,
  encodePublicAccessBlock,
  PUBLIC_ACCESS_BLOCK_ROOT,
  type PublicAccessBlock,
} from "../fields/public-access-block.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredBucket } from "../fields/required-input.ts";
import { requestDocument, XML_CONTENT_TYPE } from "../fields/xml-message.ts";
import type { Operation } from "../operation.ts";
import { writeXml } from "../xml/write-xml.ts";

export interface PutBucketPublicAccessBlockInput extends PublicAccessBlock {
  readonly bucket: string;
}

export const putBucketPublicAccessBlock: Operation<PutBucketPublicAccessBlockInput, EmptyOutput> = {
  name: "PutBucketPublicAccessBlock",
  method: "PUT",
  level: "bucket",
  marks: { query: ["publicAccessBlock"] },
  permission: "oss:PutBucketPublicAccessBlock",
  requestBody: "xml",
  responseBody: "none",
  isIdempotent: true,

  encodeRequest({ bucket, blockPublicAccess }) {
    return {
      method: "PUT",
      resource: { bucket },
      query: queryPairs({ publicAccessBlock: true }),
      headers: { "content-type": XML_CONTENT_TYPE },
      text: writeXml(encodePublicAccessBlock({ blockPublicAccess })),
    };
  },

  decodeRequest(request) {
    const bucket = requiredBucket(request);
    return { bucket, ...decodePublicAccessBlock(requestDocument(request, PUBLIC_ACCESS_BLOCK_ROOT)) };
  },

  encodeResponse: encodeDone,
  decodeResponse: decodeNothing,
};

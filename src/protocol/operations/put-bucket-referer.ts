// PutBucketReferer: which pages may link to a bucket's objects.
// Source: OSS API, PutBucketReferer.
import { decodeNothing, type EmptyOutput, encodeDone } from "../fields/empty-output.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import {
  decodeRefererConfiguration,
  encodeRefererConfiguration,
  MALFORMED_REFERER_EC,
  REFERER_ROOT,
  type RefererConfiguration,
} from "../fields/referer-configuration.ts";
import { requiredBucket } from "../fields/required-input.ts";
import { requestDocument, XML_CONTENT_TYPE } from "../fields/xml-message.ts";
import type { Operation } from "../operation.ts";
import { writeXml } from "../xml/write-xml.ts";

export interface PutBucketRefererInput {
  readonly bucket: string;
  readonly configuration: RefererConfiguration;
}

export const putBucketReferer: Operation<PutBucketRefererInput, EmptyOutput> = {
  name: "PutBucketReferer",
  method: "PUT",
  level: "bucket",
  marks: { query: ["referer"] },
  permission: "oss:PutBucketReferer",
  requestBody: "xml",
  responseBody: "none",
  isIdempotent: true,

  encodeRequest({ bucket, configuration }) {
    return {
      method: "PUT",
      resource: { bucket },
      query: queryPairs({ referer: true }),
      headers: { "content-type": XML_CONTENT_TYPE },
      text: writeXml(encodeRefererConfiguration(configuration)),
    };
  },

  decodeRequest(request) {
    const bucket = requiredBucket(request);
    const root = requestDocument(request, REFERER_ROOT, MALFORMED_REFERER_EC);
    return { bucket, configuration: decodeRefererConfiguration(root) };
  },

  encodeResponse: encodeDone,
  decodeResponse: decodeNothing,
};

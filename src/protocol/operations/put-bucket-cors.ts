// PutBucketCors: says which pages of other origins may use a bucket. Replaces all rules.
// Source: OSS API, PutBucketCors.

import { type CorsConfiguration, corsDocument, readCorsConfiguration } from "../fields/cors-rule.ts";
import { decodeNothing, type EmptyOutput, encodeDone } from "../fields/empty-output.ts";
import { present, presentHeaders } from "../fields/present.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredBucket } from "../fields/required-input.ts";
import { malformedRequest, requestDocument, XML_CONTENT_TYPE } from "../fields/xml-message.ts";
import type { RequestMessage } from "../http-message.ts";
import { CORS_DOCUMENT_SIZE_MAX_BYTES } from "../limits.ts";
import type { Operation } from "../operation.ts";
import { writeXml } from "../xml/write-xml.ts";

export interface PutBucketCorsInput {
  readonly bucket: string;
  readonly configuration: CorsConfiguration;
  /** Base64 of the MD5 of the document. */
  readonly contentMd5?: string;
}

export const putBucketCors: Operation<PutBucketCorsInput, EmptyOutput> = {
  name: "PutBucketCors",
  method: "PUT",
  level: "bucket",
  marks: { query: ["cors"] },
  permission: "oss:PutBucketCors",
  requestBody: "xml",
  responseBody: "none",
  isIdempotent: true,

  encodeRequest({ bucket, configuration, contentMd5 }) {
    return {
      method: "PUT",
      resource: { bucket },
      query: queryPairs({ cors: true }),
      headers: presentHeaders({ "content-type": XML_CONTENT_TYPE, "content-md5": contentMd5 }),
      text: writeXml(corsDocument(configuration)),
    };
  },

  decodeRequest(request) {
    const bucket = requiredBucket(request);
    assertSmall(request);
    const configuration = readCorsConfiguration(requestDocument(request, "CORSConfiguration"));
    return present({ bucket, configuration, contentMd5: request.headers["content-md5"] });
  },

  encodeResponse: encodeDone,
  decodeResponse: decodeNothing,
};

function assertSmall({ text = "" }: RequestMessage): void {
  if (new TextEncoder().encode(text).length > CORS_DOCUMENT_SIZE_MAX_BYTES) {
    throw malformedRequest(`The document is larger than ${CORS_DOCUMENT_SIZE_MAX_BYTES} bytes.`);
  }
}

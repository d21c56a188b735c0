// PutBucketRequestPayment: who pays for a bucket's requests.
// Source: OSS API, PutBucketRequestPayment.
import { decodeNothing, type EmptyOutput, encodeDone } from "../fields/empty-output.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import {
  decodeRequestPayment,
  encodeRequestPayment,
  type RequestPayment,
} from "../fields/request-payment.ts";
import { requiredBucket } from "../fields/required-input.ts";
import { requestDocument, XML_CONTENT_TYPE } from "../fields/xml-message.ts";
import type { Operation } from "../operation.ts";
import { writeXml } from "../xml/write-xml.ts";

export interface PutBucketRequestPaymentInput extends RequestPayment {
  readonly bucket: string;
}

export const putBucketRequestPayment: Operation<PutBucketRequestPaymentInput, EmptyOutput> = {
  name: "PutBucketRequestPayment",
  method: "PUT",
  level: "bucket",
  marks: { query: ["requestPayment"] },
  permission: "oss:PutBucketRequestPayment",
  requestBody: "xml",
  responseBody: "none",
  isIdempotent: true,

  encodeRequest({ bucket, payer }) {
    return {
      method: "PUT",
      resource: { bucket },
      query: queryPairs({ requestPayment: true }),
      headers: { "content-type": XML_CONTENT_TYPE },
      text: writeXml(encodeRequestPayment({ payer })),
    };
  },

  decodeRequest(request) {
    const bucket = requiredBucket(request);
    return { bucket, ...decodeRequestPayment(requestDocument(request, "RequestPaymentConfiguration")) };
  },

  encodeResponse: encodeDone,
  decodeResponse: decodeNothing,
};

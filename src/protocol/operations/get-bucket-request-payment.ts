// GetBucketRequestPayment: who pays for a bucket's requests.
// Source: OSS API, GetBucketRequestPayment.
import { requiredDocument } from "../fields/answer.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import {
  decodeRequestPayment,
  encodeRequestPayment,
  type RequestPayment,
} from "../fields/request-payment.ts";
import { requiredBucket } from "../fields/required-input.ts";
import { xmlAnswer } from "../fields/xml-message.ts";
import type { Operation } from "../operation.ts";

export interface GetBucketRequestPaymentInput {
  readonly bucket: string;
}

export const getBucketRequestPayment: Operation<GetBucketRequestPaymentInput, RequestPayment> = {
  name: "GetBucketRequestPayment",
  method: "GET",
  level: "bucket",
  marks: { query: ["requestPayment"] },
  permission: "oss:GetBucketRequestPayment",
  requestBody: "none",
  responseBody: "xml",
  isIdempotent: true,

  encodeRequest({ bucket }) {
    return { method: "GET", resource: { bucket }, query: queryPairs({ requestPayment: true }), headers: {} };
  },

  decodeRequest(request) {
    return { bucket: requiredBucket(request) };
  },

  encodeResponse(payment) {
    return xmlAnswer(encodeRequestPayment(payment));
  },

  decodeResponse(response) {
    return decodeRequestPayment(requiredDocument(response, "RequestPaymentConfiguration"));
  },
};

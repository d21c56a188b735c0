// GetBucketEncryption: how a bucket encrypts objects whose writer asks for nothing.
// Source: OSS API, GetBucketEncryption.
import { requiredDocument } from "../fields/answer.ts";
import {
  decodeEncryptionRule,
  type EncryptionRule,
  encodeEncryptionRule,
} from "../fields/encryption-rule.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredBucket } from "../fields/required-input.ts";
import { xmlAnswer } from "../fields/xml-message.ts";
import type { Operation } from "../operation.ts";

export interface GetBucketEncryptionInput {
  readonly bucket: string;
}

export const getBucketEncryption: Operation<GetBucketEncryptionInput, EncryptionRule> = {
  name: "GetBucketEncryption",
  method: "GET",
  level: "bucket",
  marks: { query: ["encryption"] },
  permission: "oss:GetBucketEncryption",
  requestBody: "none",
  responseBody: "xml",
  isIdempotent: true,

  encodeRequest({ bucket }) {
    return { method: "GET", resource: { bucket }, query: queryPairs({ encryption: true }), headers: {} };
  },

  decodeRequest(request) {
    return { bucket: requiredBucket(request) };
  },

  encodeResponse(rule) {
    return xmlAnswer(encodeEncryptionRule(rule));
  },

  decodeResponse(response) {
    return decodeEncryptionRule(requiredDocument(response, "ServerSideEncryptionRule"));
  },
};

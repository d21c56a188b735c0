// PutBucketEncryption: how a bucket encrypts objects whose writer asks for nothing.
// Source: OSS API, PutBucketEncryption.
import { decodeNothing, type EmptyOutput, encodeDone } from "../fields/empty-output.ts";
import {
  decodeEncryptionRule,
  type EncryptionRule,
  encodeEncryptionRule,
} from "../fields/encryption-rule.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredBucket } from "../fields/required-input.ts";
import { requestDocument, XML_CONTENT_TYPE } from "../fields/xml-message.ts";
import type { Operation } from "../operation.ts";
import { writeXml } from "../xml/write-xml.ts";

export interface PutBucketEncryptionInput {
  readonly bucket: string;
  readonly rule: EncryptionRule;
}

export const putBucketEncryption: Operation<PutBucketEncryptionInput, EmptyOutput> = {
  name: "PutBucketEncryption",
  method: "PUT",
  level: "bucket",
  marks: { query: ["encryption"] },
  permission: "oss:PutBucketEncryption",
  requestBody: "xml",
  responseBody: "none",
  isIdempotent: true,

  encodeRequest({ bucket, rule }) {
    return {
      method: "PUT",
      resource: { bucket },
      query: queryPairs({ encryption: true }),
      headers: { "content-type": XML_CONTENT_TYPE },
      text: writeXml(encodeEncryptionRule(rule)),
    };
  },

  decodeRequest(request) {
    const bucket = requiredBucket(request);
    return { bucket, rule: decodeEncryptionRule(requestDocument(request, "ServerSideEncryptionRule")) };
  },

  encodeResponse: encodeDone,
  decodeResponse: decodeNothing,
};

// GetBucketVersioning: whether a bucket keeps versions of its objects. A bucket that never did says nothing.
// Source: OSS API, GetBucketVersioning.
import { requiredDocument } from "../fields/answer.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredBucket } from "../fields/required-input.ts";
import { decodeVersioning, encodeVersioning, type Versioning } from "../fields/versioning.ts";
import { xmlAnswer } from "../fields/xml-message.ts";
import type { Operation } from "../operation.ts";

export interface GetBucketVersioningInput {
  readonly bucket: string;
}

export const getBucketVersioning: Operation<GetBucketVersioningInput, Versioning> = {
  name: "GetBucketVersioning",
  method: "GET",
  level: "bucket",
  marks: { query: ["versioning"] },
  permission: "oss:GetBucketVersioning",
  requestBody: "none",
  responseBody: "xml",
  isIdempotent: true,

  encodeRequest({ bucket }) {
    return { method: "GET", resource: { bucket }, query: queryPairs({ versioning: true }), headers: {} };
  },

  decodeRequest(request) {
    return { bucket: requiredBucket(request) };
  },

  encodeResponse(versioning) {
    return xmlAnswer(encodeVersioning(versioning));
  },

  decodeResponse(response) {
    return decodeVersioning(requiredDocument(response, "VersioningConfiguration"));
  },
};

// PutBucketVersioning: whether a bucket keeps versions of its objects from now on.
// Source: OSS API, PutBucketVersioning.
import { decodeNothing, type EmptyOutput, encodeDone } from "../fields/empty-output.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredBucket } from "../fields/required-input.ts";
import { decodeVersioning, encodeVersioning, type VersioningStatus } from "../fields/versioning.ts";
import { malformedRequest, requestDocument, XML_CONTENT_TYPE } from "../fields/xml-message.ts";
import type { Operation } from "../operation.ts";
import { writeXml } from "../xml/write-xml.ts";

export interface PutBucketVersioningInput {
  readonly bucket: string;
  /** There is no way back to a bucket that never had versions. */
  readonly status: VersioningStatus;
}

export const putBucketVersioning: Operation<PutBucketVersioningInput, EmptyOutput> = {
  name: "PutBucketVersioning",
  method: "PUT",
  level: "bucket",
  marks: { query: ["versioning"] },
  permission: "oss:PutBucketVersioning",
  requestBody: "xml",
  responseBody: "none",
  isIdempotent: true,

  encodeRequest({ bucket, status }) {
    return {
      method: "PUT",
      resource: { bucket },
      query: queryPairs({ versioning: true }),
      headers: { "content-type": XML_CONTENT_TYPE },
      text: writeXml(encodeVersioning({ status })),
    };
  },

  decodeRequest(request) {
    const bucket = requiredBucket(request);
    const { status } = decodeVersioning(requestDocument(request, "VersioningConfiguration"));
    if (status === undefined) {
      throw malformedRequest("VersioningConfiguration has no Status.");
    }
    return { bucket, status };
  },

  encodeResponse: encodeDone,
  decodeResponse: decodeNothing,
};

// AbortMultipartUpload: drops an open upload and its parts.
// Source: OSS API, AbortMultipartUpload.
import { decodeNothing, type EmptyOutput, encodeNoContent } from "../fields/empty-output.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredObject, requiredUploadId } from "../fields/required-input.ts";
import { type Operation, type OperationCall, wholeOperation } from "../operation.ts";

export interface AbortMultipartUploadInput {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
}

export const abortMultipartUploadCall: OperationCall<AbortMultipartUploadInput, EmptyOutput> = {
  name: "AbortMultipartUpload",
  method: "DELETE",
  responseBody: "none",
  // A second one is answered NoSuchUpload, but changes nothing.
  isIdempotent: true,

  encodeRequest({ bucket, key, uploadId }) {
    return { method: "DELETE", resource: { bucket, key }, query: queryPairs({ uploadId }), headers: {} };
  },

  decodeResponse: decodeNothing,
};

export const abortMultipartUpload: Operation<AbortMultipartUploadInput, EmptyOutput> =
  /* @__PURE__ */ wholeOperation(abortMultipartUploadCall, {
    level: "object",
    marks: { query: ["uploadId"] },
    permission: "oss:AbortMultipartUpload",
    requestBody: "none",

    decodeRequest(request) {
      return { ...requiredObject(request), uploadId: requiredUploadId(request) };
    },

    encodeResponse: encodeNoContent,
  });

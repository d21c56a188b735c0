// DeleteObject: succeeds whether or not the object was there.
// Source: OSS API, DeleteObject.
import { decodeNothing, type EmptyOutput, encodeNoContent } from "../fields/empty-output.ts";
import { present } from "../fields/present.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredObject } from "../fields/required-input.ts";
import { queryValue } from "../http-message.ts";
import type { Operation } from "../operation.ts";

export interface DeleteObjectInput {
  readonly bucket: string;
  readonly key: string;
  /** Undefined: the current version. */
  readonly versionId?: string;
}

export const deleteObject: Operation<DeleteObjectInput, EmptyOutput> = {
  name: "DeleteObject",
  method: "DELETE",
  level: "object",
  marks: { query: [] },
  permission: "oss:DeleteObject",
  requestBody: "none",
  responseBody: "none",
  isIdempotent: true,

  encodeRequest({ bucket, key, versionId }) {
    return { method: "DELETE", resource: { bucket, key }, query: queryPairs({ versionId }), headers: {} };
  },

  decodeRequest(request) {
    return present({
      ...requiredObject(request),
      versionId: queryValue(request.query, "versionId"),
    });
  },

  encodeResponse: encodeNoContent,
  decodeResponse: decodeNothing,
};

// DeleteObjectTagging: takes all tags off an object; it succeeds for one that has none.
// Source: OSS API, DeleteObjectTagging.
import { present } from "../fields/present.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredObject } from "../fields/required-input.ts";
import { decodeVersionOnly, encodeVersionOnly, type VersionOnly } from "../fields/version-only.ts";
import { queryValue } from "../http-message.ts";
import type { Operation } from "../operation.ts";

export interface DeleteObjectTaggingInput {
  readonly bucket: string;
  readonly key: string;
  /** Undefined: the current version. */
  readonly versionId?: string;
}

export const deleteObjectTagging: Operation<DeleteObjectTaggingInput, VersionOnly> = {
  name: "DeleteObjectTagging",
  method: "DELETE",
  level: "object",
  marks: { query: ["tagging"] },
  permission: "oss:DeleteObjectTagging",
  requestBody: "none",
  responseBody: "none",
  isIdempotent: true,

  encodeRequest({ bucket, key, versionId }) {
    return {
      method: "DELETE",
      resource: { bucket, key },
      query: queryPairs({ tagging: true, versionId }),
      headers: {},
    };
  },

  decodeRequest(request) {
    return present({ ...requiredObject(request), versionId: queryValue(request.query, "versionId") });
  },

  encodeResponse(output, dialect) {
    return { status: 204, headers: encodeVersionOnly(output, dialect) };
  },

  decodeResponse: decodeVersionOnly,
};

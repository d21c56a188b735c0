// DeleteObject: succeeds whether or not the object was there. Where versions are kept it puts a delete marker in front,
// unless it names a version: that one is removed.
// Source: OSS API, DeleteObject.
import { present, presentHeaders } from "../fields/present.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredObject } from "../fields/required-input.ts";
import { parseVersionId } from "../fields/version-id.ts";
import type { Operation } from "../operation.ts";

export interface DeleteObjectInput {
  readonly bucket: string;
  readonly key: string;
  /** Undefined: the current version. */
  readonly versionId?: string;
}

export interface DeleteObjectOutput {
  /** Of the version that was removed, or of the delete marker that was put in front. */
  readonly versionId?: string;
  /** `versionId` is that of a delete marker: a new one, or one that was removed. */
  readonly isDeleteMarker?: true;
}

export const deleteObject: Operation<DeleteObjectInput, DeleteObjectOutput> = {
  name: "DeleteObject",
  method: "DELETE",
  level: "object",
  // oss2 leaves `symlink` in the parameters that it was given for GetSymlink; its tests use them again here.
  marks: { query: [], ignoredQuery: ["symlink"] },
  permission: "oss:DeleteObject",
  requestBody: "none",
  responseBody: "none",
  isIdempotent: true,

  encodeRequest({ bucket, key, versionId }) {
    return { method: "DELETE", resource: { bucket, key }, query: queryPairs({ versionId }), headers: {} };
  },

  decodeRequest(request) {
    return present({ ...requiredObject(request), versionId: parseVersionId(request.query) });
  },

  // oss2 takes any text in the delete marker's header for true, so it is there only when it is.
  encodeResponse({ versionId, isDeleteMarker }, dialect) {
    return {
      status: 204,
      headers: presentHeaders({
        [`${dialect.headerPrefix}delete-marker`]: isDeleteMarker && "true",
        [`${dialect.headerPrefix}version-id`]: versionId,
      }),
    };
  },

  decodeResponse({ headers }, dialect) {
    const isDeleteMarker = headers[`${dialect.headerPrefix}delete-marker`] === "true";
    return present({
      versionId: headers[`${dialect.headerPrefix}version-id`],
      isDeleteMarker: isDeleteMarker ? (true as const) : undefined,
    });
  },
};

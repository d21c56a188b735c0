// GetSymlink: where a symbolic link points to, and what is stored with the link itself.
// Source: OSS API, GetSymlink.
import { quoteEtag, unquoteEtag } from "../etag.ts";
import { requiredHeader } from "../fields/answer.ts";
import { requiredTimeHeader } from "../fields/answer-values.ts";
import { decodeObjectHeaders, encodeObjectHeaders, type ObjectHeaders } from "../fields/object-headers.ts";
import { present, presentHeaders } from "../fields/present.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredObject } from "../fields/required-input.ts";
import { encodeSymlinkTarget, symlinkTargetOf } from "../fields/symlink-target.ts";
import { queryValue } from "../http-message.ts";
import type { Operation } from "../operation.ts";
import { toHttpDate } from "../times.ts";

export interface GetSymlinkInput {
  readonly bucket: string;
  readonly key: string;
  /** Undefined: the current version. */
  readonly versionId?: string;
}

export interface GetSymlinkOutput {
  /** A key of the same bucket. */
  readonly target: string;
  /** Of the link, unquoted. */
  readonly etag: string;
  /** Of the link, to the second. */
  readonly lastModified: Date;
  /** Of the link. */
  readonly objectHeaders: ObjectHeaders;
  readonly versionId?: string;
}

export const getSymlink: Operation<GetSymlinkInput, GetSymlinkOutput> = {
  name: "GetSymlink",
  method: "GET",
  level: "object",
  marks: { query: ["symlink"] },
  permission: "oss:GetObject",
  requestBody: "none",
  responseBody: "none",
  isIdempotent: true,

  encodeRequest({ bucket, key, versionId }) {
    return {
      method: "GET",
      resource: { bucket, key },
      query: queryPairs({ symlink: true, versionId }),
      headers: {},
    };
  },

  decodeRequest(request) {
    return present({ ...requiredObject(request), versionId: queryValue(request.query, "versionId") });
  },

  encodeResponse({ target, etag, lastModified, objectHeaders, versionId }, dialect) {
    return {
      status: 200,
      headers: {
        ...encodeObjectHeaders(objectHeaders, dialect),
        ...encodeSymlinkTarget(target, dialect),
        ...presentHeaders({
          etag: quoteEtag(etag),
          "last-modified": toHttpDate(lastModified),
          [`${dialect.headerPrefix}version-id`]: versionId,
        }),
      },
    };
  },

  decodeResponse(response, dialect) {
    const encodedTarget = requiredHeader(response, `${dialect.headerPrefix}symlink-target`);
    return present({
      target: symlinkTargetOf(response.headers, dialect) ?? encodedTarget,
      etag: unquoteEtag(requiredHeader(response, "etag")),
      lastModified: requiredTimeHeader(response, "last-modified"),
      objectHeaders: decodeObjectHeaders(response.headers, dialect),
      versionId: response.headers[`${dialect.headerPrefix}version-id`],
    });
  },
};

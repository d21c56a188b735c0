// GetObjectMeta: an object's ETag, size and time, the cheap form of HeadObject.
// Source: OSS API, GetObjectMeta.

import { quoteEtag, unquoteEtag } from "../etag.ts";
import { requiredHeader } from "../fields/answer.ts";
import { requiredCountHeader, requiredTimeHeader } from "../fields/answer-values.ts";
import { parseCrc64 } from "../fields/crc64-text.ts";
import { present, presentHeaders } from "../fields/present.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredObject } from "../fields/required-input.ts";
import { parseVersionId } from "../fields/version-id.ts";
import type { Operation } from "../operation.ts";
import { toHttpDate } from "../times.ts";

export interface GetObjectMetaInput {
  readonly bucket: string;
  readonly key: string;
  /** Undefined: the current version. */
  readonly versionId?: string;
}

export interface GetObjectMetaOutput {
  /** Unquoted. */
  readonly etag: string;
  readonly sizeBytes: number;
  /** To the second. */
  readonly lastModified: Date;
  /** CRC-64/XZ of the object. Undefined from a service that sends none. */
  readonly crc64?: bigint;
  readonly versionId?: string;
}

export const getObjectMeta: Operation<GetObjectMetaInput, GetObjectMetaOutput> = {
  name: "GetObjectMeta",
  method: "HEAD",
  level: "object",
  marks: { query: ["objectMeta"] },
  permission: "oss:GetObject",
  requestBody: "none",
  responseBody: "none",
  isIdempotent: true,

  encodeRequest({ bucket, key, versionId }) {
    return {
      method: "HEAD",
      resource: { bucket, key },
      query: queryPairs({ objectMeta: true, versionId }),
      headers: {},
    };
  },

  decodeRequest(request) {
    return present({
      ...requiredObject(request),
      versionId: parseVersionId(request.query),
    });
  },

  encodeResponse({ etag, sizeBytes, lastModified, crc64, versionId }, dialect) {
    return {
      status: 200,
      headers: presentHeaders({
        etag: quoteEtag(etag),
        "content-length": String(sizeBytes),
        "last-modified": toHttpDate(lastModified),
        [dialect.crc64Header]: crc64?.toString(),
        [`${dialect.headerPrefix}version-id`]: versionId,
      }),
    };
  },

  decodeResponse(response, dialect) {
    return present({
      etag: unquoteEtag(requiredHeader(response, "etag")),
      sizeBytes: requiredCountHeader(response, "content-length"),
      lastModified: requiredTimeHeader(response, "last-modified"),
      crc64: parseCrc64(response.headers[dialect.crc64Header]),
      versionId: response.headers[`${dialect.headerPrefix}version-id`],
    });
  },
};

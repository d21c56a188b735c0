// What GET and HEAD tell about an object, in headers.

import type { Dialect } from "../dialects/dialect.ts";
import { quoteEtag, unquoteEtag } from "../etag.ts";
import type { Headers, ResponseMessage } from "../http-message.ts";
import { toHttpDate } from "../times.ts";
import { requiredHeader } from "./answer.ts";
import { requiredTimeHeader } from "./answer-values.ts";
import { parseCount } from "./count-text.ts";
import { parseCrc64 } from "./crc64-text.ts";
import { decodeObjectHeaders, encodeObjectHeaders, type ObjectHeaders } from "./object-headers.ts";
import { present, presentHeaders } from "./present.ts";
import { formatRestoreStatus, parseRestoreStatus, type RestoreStatus } from "./restore-status.ts";

export interface ObjectMetadata {
  /** Of the whole object, also when only a range of it was asked for. */
  readonly sizeBytes: number;
  /** Unquoted. */
  readonly etag: string;
  /** To the second. */
  readonly lastModified: Date;
  /** Normal, Multipart, Appendable or Symlink. */
  readonly type: string;
  /** CRC-64/XZ of the whole object, also when only a range of it was asked for. */
  readonly crc64?: bigint;
  /** Base64. Objects of a multipart upload have it only after a sequential one. */
  readonly contentMd5?: string;
  readonly objectHeaders: ObjectHeaders;
  readonly versionId?: string;
  /** Absent for an object without tags. */
  readonly taggingCount?: number;
  /** Of an Appendable object: where the next bytes go. */
  readonly nextAppendPositionBytes?: number;
  /** Of an archived object that somebody wanted restored. */
  readonly restore?: RestoreStatus;
}

/** All but the size, which a HEAD and a GET of a range tell in different headers. */
export function encodeObjectMetadata(metadata: ObjectMetadata, dialect: Dialect): Headers {
  return {
    ...encodeObjectHeaders(metadata.objectHeaders, dialect),
    ...presentHeaders({
      "accept-ranges": "bytes",
      etag: quoteEtag(metadata.etag),
      "last-modified": toHttpDate(metadata.lastModified),
      [`${dialect.headerPrefix}object-type`]: metadata.type,
      [dialect.crc64Header]: metadata.crc64?.toString(),
      "content-md5": metadata.contentMd5,
      [`${dialect.headerPrefix}version-id`]: metadata.versionId,
      [`${dialect.headerPrefix}tagging-count`]: metadata.taggingCount?.toString(),
      [`${dialect.headerPrefix}next-append-position`]: metadata.nextAppendPositionBytes?.toString(),
      [`${dialect.headerPrefix}restore`]: metadata.restore && formatRestoreStatus(metadata.restore),
    }),
  };
}

/** @throws {ServiceError} BadResponse */
export function decodeObjectMetadata(
  response: ResponseMessage,
  sizeBytes: number,
  dialect: Dialect,
): ObjectMetadata {
  const { headers } = response;
  return present({
    sizeBytes,
    etag: unquoteEtag(requiredHeader(response, "etag")),
    lastModified: requiredTimeHeader(response, "last-modified"),
    type: headers[`${dialect.headerPrefix}object-type`] ?? "Normal",
    crc64: parseCrc64(headers[dialect.crc64Header]),
    contentMd5: headers["content-md5"],
    objectHeaders: decodeObjectHeaders(headers, dialect),
    versionId: headers[`${dialect.headerPrefix}version-id`],
    taggingCount: parseCount(headers[`${dialect.headerPrefix}tagging-count`]),
    nextAppendPositionBytes: parseCount(headers[`${dialect.headerPrefix}next-append-position`]),
    restore: parseRestoreStatus(headers[`${dialect.headerPrefix}restore`]),
  });
}

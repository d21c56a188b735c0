// AppendObject: adds bytes to the end of an object that was begun this way, or begins one.
// Source: OSS API, AppendObject.
import { invalidArgument } from "../errors/service-error.ts";
import { quoteEtag, unquoteEtag } from "../etag.ts";
import { decodeObjectAcl, encodeObjectAcl, type ObjectAcl } from "../fields/access-control.ts";
import { requiredHeader } from "../fields/answer.ts";
import { requiredCountHeader } from "../fields/answer-values.ts";
import { parseCount } from "../fields/count-text.ts";
import { declaredCrc64, parseCrc64 } from "../fields/crc64-text.ts";
import {
  decodeRequestedObjectHeaders,
  encodeObjectHeaders,
  type ObjectHeaders,
} from "../fields/object-headers.ts";
import { present, presentHeaders } from "../fields/present.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredObject } from "../fields/required-input.ts";
import { decodeTaggingHeader, encodeTaggingHeader, type Tags } from "../fields/tagging.ts";
import { type Query, queryValue } from "../http-message.ts";
import type { Operation } from "../operation.ts";

export interface AppendObjectInput {
  readonly bucket: string;
  readonly key: string;
  /** Where the bytes go: the size of the object now; 0 begins one. */
  readonly positionBytes: number;
  /** Count at position 0 only, like the ACL and the tags. */
  readonly objectHeaders?: ObjectHeaders;
  readonly objectAcl?: ObjectAcl;
  readonly tags?: Tags;
  /** Base64 of the body's MD5; the service refuses a body that differs. */
  readonly contentMd5?: string;
  /** CRC-64/XZ of the body; the service refuses a body that differs. */
  readonly crc64?: bigint;
}

export interface AppendObjectOutput {
  /** Of the whole object, unquoted; no digest of its bytes. */
  readonly etag: string;
  /** The size of the object now. */
  readonly nextPositionBytes: number;
  /** CRC-64/XZ of the whole object. Undefined from a service that sends none. */
  readonly crc64?: bigint;
  readonly versionId?: string;
}

export const appendObject: Operation<AppendObjectInput, AppendObjectOutput> = {
  name: "AppendObject",
  method: "POST",
  level: "object",
  marks: { query: ["append", "position"] },
  permission: "oss:PutObject",
  requestBody: "bytes",
  responseBody: "none",
  // A second one is at the wrong position.
  isIdempotent: false,

  encodeRequest(input, dialect) {
    return {
      method: "POST",
      resource: { bucket: input.bucket, key: input.key },
      query: queryPairs({ append: true, position: input.positionBytes }),
      headers: {
        ...encodeObjectHeaders(input.objectHeaders, dialect),
        ...presentHeaders({
          "content-md5": input.contentMd5,
          [dialect.crc64Header]: input.crc64?.toString(),
        }),
        ...encodeObjectAcl(input.objectAcl, dialect),
        ...encodeTaggingHeader(input.tags, dialect),
      },
    };
  },

  decodeRequest(request, dialect) {
    return present({
      ...requiredObject(request),
      positionBytes: requiredPosition(request.query),
      objectHeaders: decodeRequestedObjectHeaders(request.headers, dialect),
      objectAcl: decodeObjectAcl(request.headers, dialect),
      tags: decodeTaggingHeader(request.headers, dialect),
      contentMd5: request.headers["content-md5"],
      crc64: declaredCrc64(request.headers, dialect.crc64Header),
    });
  },

  encodeResponse({ etag, nextPositionBytes, crc64, versionId }, dialect) {
    return {
      status: 200,
      headers: presentHeaders({
        etag: quoteEtag(etag),
        [`${dialect.headerPrefix}next-append-position`]: String(nextPositionBytes),
        [dialect.crc64Header]: crc64?.toString(),
        [`${dialect.headerPrefix}version-id`]: versionId,
      }),
    };
  },

  decodeResponse(response, dialect) {
    return present({
      etag: unquoteEtag(requiredHeader(response, "etag")),
      nextPositionBytes: requiredCountHeader(response, `${dialect.headerPrefix}next-append-position`),
      crc64: parseCrc64(response.headers[dialect.crc64Header]),
      versionId: response.headers[`${dialect.headerPrefix}version-id`],
    });
  },
};

/** @throws {ServiceError} InvalidArgument */
function requiredPosition(query: Query): number {
  const text = queryValue(query, "position") ?? "";
  const position = parseCount(text);
  if (position === undefined) {
    throw invalidArgument({ name: "position", value: text });
  }
  return position;
}

// AppendObject: adds bytes to the end of an object that was begun this way, or begins one.
// Source: OSS API, AppendObject.
import type { Dialect } from "../dialects/dialect.ts";
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
import {
  decodeQosDelay,
  decodeTrafficLimit,
  encodeQosDelay,
  encodeTrafficLimit,
} from "../fields/traffic-limit.ts";
import { type Headers, type Query, queryValue } from "../http-message.ts";
import type { Operation } from "../operation.ts";

export interface AppendObjectInput {
  readonly bucket: string;
  readonly key: string;
  /** Where the bytes go: the size of the object now; 0 begins one. */
  readonly positionBytes: number;
  /** Of an object that is begun; at another position than 0 it is left out, like the tags. */
  readonly objectHeaders?: ObjectHeaders;
  /** Of the object from now on, also of one that is there. Default: whatever it has, or the bucket says. */
  readonly objectAcl?: ObjectAcl;
  readonly tags?: Tags;
  /** Base64 of the body's MD5; the service refuses a body that differs. */
  readonly contentMd5?: string;
  /** CRC-64/XZ of the body; the service refuses a body that differs. */
  readonly crc64?: bigint;
  /** Bits per second, 245,760 … 838,860,800: how fast the body may come. */
  readonly trafficLimit?: number;
}

export interface AppendObjectOutput {
  /** Of the whole object, unquoted; no digest of its bytes. */
  readonly etag: string;
  /** The size of the object now. */
  readonly nextPositionBytes: number;
  /** CRC-64/XZ of the whole object. Undefined from a service that sends none. */
  readonly crc64?: bigint;
  readonly versionId?: string;
  /** How long the traffic limit held the body up, in milliseconds; absent where there was none. */
  readonly qosDelayMs?: number;
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
        ...(input.positionBytes === 0 ? encodeBeginning(input, dialect) : {}),
        ...encodeObjectAcl(input.objectAcl, dialect),
        ...presentHeaders({
          "content-md5": input.contentMd5,
          [dialect.crc64Header]: input.crc64?.toString(),
        }),
        ...encodeTrafficLimit(input.trafficLimit, dialect),
      },
    };
  },

  decodeRequest(request, dialect) {
    const positionBytes = requiredPosition(request.query);
    return present({
      ...requiredObject(request),
      positionBytes,
      ...(positionBytes === 0 ? decodeBeginning(request.headers, dialect) : {}),
      objectAcl: decodeObjectAcl(request.headers, dialect),
      contentMd5: request.headers["content-md5"],
      crc64: declaredCrc64(request.headers, dialect.crc64Header),
      trafficLimit: decodeTrafficLimit(request, dialect),
    });
  },

  encodeResponse({ etag, nextPositionBytes, crc64, versionId, qosDelayMs }, dialect) {
    return {
      status: 200,
      headers: {
        ...presentHeaders({
          etag: quoteEtag(etag),
          [`${dialect.headerPrefix}next-append-position`]: String(nextPositionBytes),
          [dialect.crc64Header]: crc64?.toString(),
          [`${dialect.headerPrefix}version-id`]: versionId,
        }),
        ...encodeQosDelay(qosDelayMs, dialect),
      },
    };
  },

  decodeResponse(response, dialect) {
    return present({
      etag: unquoteEtag(requiredHeader(response, "etag")),
      nextPositionBytes: requiredCountHeader(response, `${dialect.headerPrefix}next-append-position`),
      crc64: parseCrc64(response.headers[dialect.crc64Header]),
      versionId: response.headers[`${dialect.headerPrefix}version-id`],
      qosDelayMs: decodeQosDelay(response.headers, dialect),
    });
  },
};

// What is said about an object that is there already is not even looked at, but for its ACL: oss2's tests expect that 15
// tags are no error then, the Go SDK's that the ACL of a later append is the object's.
type Beginning = Pick<AppendObjectInput, "objectHeaders" | "tags">;

function encodeBeginning({ objectHeaders, tags }: Beginning, dialect: Dialect): Headers {
  return {
    ...encodeObjectHeaders(objectHeaders, dialect),
    ...encodeTaggingHeader(tags, dialect),
  };
}

function decodeBeginning(headers: Headers, dialect: Dialect): Beginning {
  return present({
    objectHeaders: decodeRequestedObjectHeaders(headers, dialect),
    tags: decodeTaggingHeader(headers, dialect),
  });
}

/** @throws {ServiceError} InvalidArgument */
function requiredPosition(query: Query): number {
  const text = queryValue(query, "position") ?? "";
  const position = parseCount(text);
  if (position === undefined) {
    throw invalidArgument({ name: "position", value: text });
  }
  return position;
}

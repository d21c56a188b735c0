// CopyObject: makes an object of another's bytes; onto itself with REPLACE, it changes the object's headers.
// Source: OSS API, CopyObject.

import type { Dialect } from "../dialects/dialect.ts";
import { invalidArgument } from "../errors/service-error.ts";
import { quoteEtag, unquoteEtag } from "../etag.ts";
import { requiredDocument, requiredText } from "../fields/answer.ts";
import { requiredTime } from "../fields/answer-values.ts";
import {
  type Conditions,
  copySourcePrefix,
  decodeConditions,
  encodeConditions,
} from "../fields/conditions.ts";
import { type CopySource, decodeCopySource, encodeCopySource } from "../fields/copy-source.ts";
import { parseCrc64 } from "../fields/crc64-text.ts";
import { decodeForbidOverwrite, encodeForbidOverwrite } from "../fields/forbid-overwrite.ts";
import {
  decodeRequestedObjectHeaders,
  encodeObjectHeaders,
  type ObjectHeaders,
} from "../fields/object-headers.ts";
import { present, presentHeaders } from "../fields/present.ts";
import { requiredObject } from "../fields/required-input.ts";
import { decodeTrafficLimit, encodeTrafficLimit } from "../fields/traffic-limit.ts";
import { xmlAnswer } from "../fields/xml-message.ts";
import type { Headers } from "../http-message.ts";
import type { Operation } from "../operation.ts";
import { toIso8601 } from "../times.ts";
import { element } from "../xml/xml-element.ts";

export interface CopyObjectInput {
  readonly bucket: string;
  readonly key: string;
  readonly source: CopySource;
  /** On the source. */
  readonly conditions?: Conditions;
  /** COPY, the default: the copy has the source's headers. REPLACE: it has `objectHeaders`. */
  readonly metadataDirective?: "COPY" | "REPLACE";
  /** Without REPLACE, only the storage class counts. */
  readonly objectHeaders?: ObjectHeaders;
  /** Refuses with FileAlreadyExists when the target is there. */
  readonly forbidOverwrite?: boolean;
  /** Bits per second, 245,760 … 838,860,800: how fast the source is read. */
  readonly trafficLimit?: number;
}

export interface CopyObjectOutput {
  /** Unquoted. */
  readonly etag: string;
  /** Of the copy, to the second. */
  readonly lastModified: Date;
  /** CRC-64/XZ of the copy. Undefined from a service that sends none. */
  readonly crc64?: bigint;
}

export const copyObject: Operation<CopyObjectInput, CopyObjectOutput> = {
  name: "CopyObject",
  method: "PUT",
  level: "object",
  marks: { query: [], headers: ["copy-source"] },
  permission: "oss:PutObject",
  requestBody: "none",
  responseBody: "xml",
  isIdempotent: true,

  encodeRequest(input, dialect) {
    return {
      method: "PUT",
      resource: { bucket: input.bucket, key: input.key },
      query: [],
      headers: {
        ...encodeCopySource(input.source, dialect),
        ...encodeConditions(input.conditions, copySourcePrefix(dialect)),
        ...presentHeaders({ [metadataDirectiveHeader(dialect)]: input.metadataDirective }),
        ...encodeObjectHeaders(input.objectHeaders, dialect),
        ...encodeForbidOverwrite(input.forbidOverwrite, dialect),
        ...encodeTrafficLimit(input.trafficLimit, dialect),
      },
    };
  },

  decodeRequest(request, dialect) {
    return present({
      ...requiredObject(request),
      source: decodeCopySource(request.headers, dialect),
      conditions: decodeConditions(request.headers, copySourcePrefix(dialect)),
      metadataDirective: parseMetadataDirective(request.headers, dialect),
      objectHeaders: decodeRequestedObjectHeaders(request.headers, dialect),
      forbidOverwrite: decodeForbidOverwrite(request.headers, dialect),
      trafficLimit: decodeTrafficLimit(request, dialect),
    });
  },

  // oss2 reads the ETag from the header, others from the document.
  encodeResponse({ etag, lastModified, crc64 }, dialect) {
    return xmlAnswer(
      element("CopyObjectResult", [
        element("LastModified", toIso8601(lastModified)),
        element("ETag", quoteEtag(etag)),
      ]),
      presentHeaders({ etag: quoteEtag(etag), [dialect.crc64Header]: crc64?.toString() }),
    );
  },

  decodeResponse(response, dialect) {
    const root = requiredDocument(response, "CopyObjectResult");
    return present({
      etag: unquoteEtag(requiredText(root, "ETag")),
      lastModified: requiredTime(root, "LastModified"),
      crc64: parseCrc64(response.headers[dialect.crc64Header]),
    });
  },
};

function parseMetadataDirective(headers: Headers, dialect: Dialect): "COPY" | "REPLACE" | undefined {
  const name = metadataDirectiveHeader(dialect);
  const text = headers[name];
  if (text === undefined) {
    return undefined;
  }
  const value = text.toUpperCase();
  if (value !== "COPY" && value !== "REPLACE") {
    throw invalidArgument({ name, value: text });
  }
  return value;
}

function metadataDirectiveHeader(dialect: Dialect): string {
  return `${dialect.headerPrefix}metadata-directive`;
}

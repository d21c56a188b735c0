// CopyObject: makes an object of another's bytes; onto itself with REPLACE, it changes the object's headers.
// Source: OSS API, CopyObject.

import { invalidArgument } from "../errors/service-error.ts";
import { quoteEtag, unquoteEtag } from "../etag.ts";
import { decodeObjectAcl, encodeObjectAcl, type ObjectAcl } from "../fields/access-control.ts";
import { requiredDocument, requiredText } from "../fields/answer.ts";
import { requiredTime } from "../fields/answer-values.ts";
import {
  type Conditions,
  copySourcePrefix,
  decodeConditions,
  encodeConditions,
} from "../fields/conditions.ts";
import {
  type CopySource,
  decodeCopySource,
  encodeCopySource,
  sourceVersionIdHeader,
} from "../fields/copy-source.ts";
import { parseCrc64 } from "../fields/crc64-text.ts";
import { decodeForbidOverwrite, encodeForbidOverwrite } from "../fields/forbid-overwrite.ts";
import {
  decodeRequestedObjectHeaders,
  encodeObjectHeaders,
  type ObjectHeaders,
} from "../fields/object-headers.ts";
import { present, presentHeaders } from "../fields/present.ts";
import { requiredObject } from "../fields/required-input.ts";
import { decodeServerSideEncryption, encodeServerSideEncryption } from "../fields/server-side-encryption.ts";
import { decodeTaggingHeader, encodeTaggingHeader, type Tags } from "../fields/tagging.ts";
import { decodeTrafficLimit, encodeTrafficLimit } from "../fields/traffic-limit.ts";
import { xmlAnswer } from "../fields/xml-message.ts";
import type { Headers } from "../http-message.ts";
import type { Operation } from "../operation.ts";
import { toIso8601 } from "../times.ts";
import { element } from "../xml/xml-element.ts";

export type CopyDirective = "COPY" | "REPLACE";

export interface CopyObjectInput {
  readonly bucket: string;
  readonly key: string;
  readonly source: CopySource;
  /** On the source. */
  readonly conditions?: Conditions;
  /** COPY, the default: the copy has the source's headers. REPLACE: it has `objectHeaders`. */
  readonly metadataDirective?: CopyDirective;
  /** Without REPLACE, only the storage class and the encryption count. */
  readonly objectHeaders?: ObjectHeaders;
  /** COPY, the default: the copy has the source's tags. REPLACE: it has `tags`. */
  readonly taggingDirective?: CopyDirective;
  readonly tags?: Tags;
  /** Of the copy, which never takes over the source's. Default: whatever the bucket says. */
  readonly objectAcl?: ObjectAcl;
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
  readonly versionId?: string;
  /** Of the source. */
  readonly sourceVersionId?: string;
  /** How the service encrypts the bytes; absent where nobody asked it to. */
  readonly serverSideEncryption?: string;
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
        ...presentHeaders({
          [`${dialect.headerPrefix}metadata-directive`]: input.metadataDirective,
          [`${dialect.headerPrefix}tagging-directive`]: input.taggingDirective,
        }),
        ...encodeObjectHeaders(input.objectHeaders, dialect),
        ...encodeObjectAcl(input.objectAcl, dialect),
        ...encodeTaggingHeader(input.tags, dialect),
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
      metadataDirective: parseDirective(request.headers, `${dialect.headerPrefix}metadata-directive`),
      objectHeaders: decodeRequestedObjectHeaders(request.headers, dialect),
      objectAcl: decodeObjectAcl(request.headers, dialect),
      taggingDirective: parseDirective(request.headers, `${dialect.headerPrefix}tagging-directive`),
      tags: decodeTaggingHeader(request.headers, dialect),
      forbidOverwrite: decodeForbidOverwrite(request.headers, dialect),
      trafficLimit: decodeTrafficLimit(request, dialect),
    });
  },

  // oss2 reads the ETag from the header, others from the document.
  encodeResponse(output, dialect) {
    const { etag, lastModified, crc64, versionId, sourceVersionId, serverSideEncryption } = output;
    return xmlAnswer(
      element("CopyObjectResult", [
        element("LastModified", toIso8601(lastModified)),
        element("ETag", quoteEtag(etag)),
      ]),
      {
        ...presentHeaders({
          etag: quoteEtag(etag),
          [dialect.crc64Header]: crc64?.toString(),
          [`${dialect.headerPrefix}version-id`]: versionId,
          [sourceVersionIdHeader(dialect)]: sourceVersionId,
        }),
        ...encodeServerSideEncryption(serverSideEncryption, dialect),
      },
    );
  },

  decodeResponse(response, dialect) {
    const root = requiredDocument(response, "CopyObjectResult");
    return present({
      etag: unquoteEtag(requiredText(root, "ETag")),
      lastModified: requiredTime(root, "LastModified"),
      crc64: parseCrc64(response.headers[dialect.crc64Header]),
      versionId: response.headers[`${dialect.headerPrefix}version-id`],
      sourceVersionId: response.headers[sourceVersionIdHeader(dialect)],
      serverSideEncryption: decodeServerSideEncryption(response.headers, dialect),
    });
  },
};

/** In upper or lower case: the two directives are documented in different ones. */
function parseDirective(headers: Headers, name: string): CopyDirective | undefined {
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

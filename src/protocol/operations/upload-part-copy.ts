// UploadPartCopy: one part of an open upload, whose bytes are another object's, or a range of them.
// Source: OSS API, UploadPartCopy.

import { quoteEtag, unquoteEtag } from "../etag.ts";
import { requiredDocument, requiredText } from "../fields/answer.ts";
import { requiredTime } from "../fields/answer-values.ts";
import {
  type ByteRange,
  type ContentRange,
  formatByteRange,
  formatContentRange,
  parseByteRange,
  parseContentRange,
} from "../fields/byte-range.ts";
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
import { assertNoPartEncryption } from "../fields/part-encryption.ts";
import { parsePartNumber } from "../fields/part-number.ts";
import { present, presentHeaders } from "../fields/present.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredObject, requiredUploadId } from "../fields/required-input.ts";
import { decodeTrafficLimit, encodeTrafficLimit } from "../fields/traffic-limit.ts";
import { xmlAnswer } from "../fields/xml-message.ts";
import { queryValue } from "../http-message.ts";
import type { Operation } from "../operation.ts";
import { toIso8601 } from "../times.ts";
import { element } from "../xml/xml-element.ts";

export interface UploadPartCopyInput {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
  /** 1 … 10,000; gaps are allowed. */
  readonly partNumber: number;
  readonly source: CopySource;
  /** Absent, or not fitting the source: the whole source is copied. */
  readonly sourceRange?: ByteRange;
  /** On the source. */
  readonly conditions?: Conditions;
  /** Bits per second, 245,760 … 838,860,800: how fast the source is read. */
  readonly trafficLimit?: number;
}

export interface UploadPartCopyOutput {
  /** MD5 of the copied bytes in hex, unquoted; what CompleteMultipartUpload must name. */
  readonly etag: string;
  /** Of the part, to the second. */
  readonly lastModified: Date;
  /** CRC-64/XZ of the part. Undefined from a service that sends none. */
  readonly crc64?: bigint;
  /** What was copied of the source; undefined when it was the whole. */
  readonly contentRange?: ContentRange;
  /** Of the source. */
  readonly sourceVersionId?: string;
}

export const uploadPartCopy: Operation<UploadPartCopyInput, UploadPartCopyOutput> = {
  name: "UploadPartCopy",
  method: "PUT",
  level: "object",
  marks: { query: ["partNumber", "uploadId"], headers: ["copy-source"] },
  permission: "oss:PutObject",
  requestBody: "none",
  responseBody: "xml",
  isIdempotent: true,

  encodeRequest(input, dialect) {
    const { bucket, key, uploadId, partNumber, source, sourceRange, conditions, trafficLimit } = input;
    const prefix = copySourcePrefix(dialect);
    return {
      method: "PUT",
      resource: { bucket, key },
      query: queryPairs({ partNumber, uploadId }),
      headers: {
        ...encodeCopySource(source, dialect),
        ...presentHeaders({ [`${prefix}range`]: sourceRange && formatByteRange(sourceRange) }),
        ...encodeConditions(conditions, prefix),
        ...encodeTrafficLimit(trafficLimit, dialect),
      },
    };
  },

  decodeRequest(request, dialect) {
    assertNoPartEncryption(request.headers, dialect);
    const prefix = copySourcePrefix(dialect);
    return present({
      ...requiredObject(request),
      uploadId: requiredUploadId(request),
      partNumber: parsePartNumber(queryValue(request.query, "partNumber") ?? ""),
      source: decodeCopySource(request.headers, dialect),
      sourceRange: parseByteRange(request.headers[`${prefix}range`]),
      conditions: decodeConditions(request.headers, prefix),
      trafficLimit: decodeTrafficLimit(request, dialect),
    });
  },

  // oss2 and ali-oss read the ETag from the header, the Go SDKs from the document.
  encodeResponse({ etag, lastModified, crc64, contentRange, sourceVersionId }, dialect) {
    return xmlAnswer(
      element("CopyPartResult", [
        element("LastModified", toIso8601(lastModified)),
        element("ETag", quoteEtag(etag)),
      ]),
      presentHeaders({
        etag: quoteEtag(etag),
        [dialect.crc64Header]: crc64?.toString(),
        "content-range": contentRange && formatContentRange(contentRange),
        [sourceVersionIdHeader(dialect)]: sourceVersionId,
      }),
    );
  },

  decodeResponse(response, dialect) {
    const root = requiredDocument(response, "CopyPartResult");
    return present({
      etag: unquoteEtag(requiredText(root, "ETag")),
      lastModified: requiredTime(root, "LastModified"),
      crc64: parseCrc64(response.headers[dialect.crc64Header]),
      contentRange: parseContentRange(response.headers["content-range"]),
      sourceVersionId: response.headers[sourceVersionIdHeader(dialect)],
    });
  },
};

// UploadPart: the bytes of one part of an open upload. Sent again under the same number, a part replaces the earlier.
// Source: OSS API, UploadPart.

import { quoteEtag, unquoteEtag } from "../etag.ts";
import { requiredHeader } from "../fields/answer.ts";
import { declaredCrc64, parseCrc64 } from "../fields/crc64-text.ts";
import { assertNoPartEncryption } from "../fields/part-encryption.ts";
import { parsePartNumber } from "../fields/part-number.ts";
import { present, presentHeaders } from "../fields/present.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredObject, requiredUploadId } from "../fields/required-input.ts";
import { decodeServerSideEncryption, encodeServerSideEncryption } from "../fields/server-side-encryption.ts";
import {
  decodeQosDelay,
  decodeTrafficLimit,
  encodeQosDelay,
  encodeTrafficLimit,
} from "../fields/traffic-limit.ts";
import { queryValue } from "../http-message.ts";
import { type Operation, type OperationCall, wholeOperation } from "../operation.ts";

export interface UploadPartInput {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
  /** 1 … 10,000; gaps are allowed. */
  readonly partNumber: number;
  /** Base64 of the body's MD5; the service refuses a body that differs. */
  readonly contentMd5?: string;
  /** CRC-64/XZ of the body; the service refuses a body that differs. */
  readonly crc64?: bigint;
  /** Bits per second, 245,760 … 838,860,800: how fast the body may come. */
  readonly trafficLimit?: number;
}

export interface UploadPartOutput {
  /** MD5 of the part in hex, unquoted; what CompleteMultipartUpload must name. */
  readonly etag: string;
  /** CRC-64/XZ of the part. Undefined from a service that sends none. */
  readonly crc64?: bigint;
  /** Base64 of the MD5 that the service computed. */
  readonly contentMd5?: string;
  /** How the service encrypts the bytes; absent where nobody asked it to. */
  readonly serverSideEncryption?: string;
  /** How long the traffic limit held the body up, in milliseconds; absent where there was none. */
  readonly qosDelayMs?: number;
}

export const uploadPartCall: OperationCall<UploadPartInput, UploadPartOutput> = {
  name: "UploadPart",
  method: "PUT",
  responseBody: "none",
  isIdempotent: true,

  encodeRequest({ bucket, key, uploadId, partNumber, contentMd5, crc64, trafficLimit }, dialect) {
    return {
      method: "PUT",
      resource: { bucket, key },
      query: queryPairs({ partNumber, uploadId }),
      headers: {
        ...presentHeaders({ "content-md5": contentMd5, [dialect.crc64Header]: crc64?.toString() }),
        ...encodeTrafficLimit(trafficLimit, dialect),
      },
    };
  },

  decodeResponse(response, dialect) {
    return present({
      etag: unquoteEtag(requiredHeader(response, "etag")),
      crc64: parseCrc64(response.headers[dialect.crc64Header]),
      contentMd5: response.headers["content-md5"],
      serverSideEncryption: decodeServerSideEncryption(response.headers, dialect),
      qosDelayMs: decodeQosDelay(response.headers, dialect),
    });
  },
};

export const uploadPart: Operation<UploadPartInput, UploadPartOutput> = /* @__PURE__ */ wholeOperation(
  uploadPartCall,
  {
    level: "object",
    marks: { query: ["partNumber", "uploadId"] },
    permission: "oss:PutObject",
    requestBody: "bytes",

    decodeRequest(request, dialect) {
      assertNoPartEncryption(request.headers, dialect);
      return present({
        ...requiredObject(request),
        uploadId: requiredUploadId(request),
        partNumber: parsePartNumber(queryValue(request.query, "partNumber") ?? ""),
        contentMd5: request.headers["content-md5"],
        crc64: declaredCrc64(request.headers, dialect.crc64Header),
        trafficLimit: decodeTrafficLimit(request, dialect),
      });
    },

    encodeResponse({ etag, crc64, contentMd5, serverSideEncryption, qosDelayMs }, dialect) {
      return {
        status: 200,
        headers: {
          ...presentHeaders({
            etag: quoteEtag(etag),
            [dialect.crc64Header]: crc64?.toString(),
            "content-md5": contentMd5,
          }),
          ...encodeServerSideEncryption(serverSideEncryption, dialect),
          ...encodeQosDelay(qosDelayMs, dialect),
        },
      };
    },
  },
);

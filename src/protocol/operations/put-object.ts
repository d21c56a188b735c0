// PutObject: stores an object in one piece.
// Source: OSS API, PutObject.

import { serviceError } from "../errors/known-error.ts";
import { quoteEtag, unquoteEtag } from "../etag.ts";
import { decodeObjectAcl, encodeObjectAcl, type ObjectAcl } from "../fields/access-control.ts";
import { requiredHeader } from "../fields/answer.ts";
import {
  type CallbackParameters,
  callbackAnswer,
  decodeCallback,
  encodeCallback,
  isCallbackAnswer,
} from "../fields/callback.ts";
import { declaredCrc64, parseCrc64 } from "../fields/crc64-text.ts";
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
import {
  decodeQosDelay,
  decodeTrafficLimit,
  encodeQosDelay,
  encodeTrafficLimit,
} from "../fields/traffic-limit.ts";
import type { Headers } from "../http-message.ts";
import { type Operation, type OperationCall, wholeOperation } from "../operation.ts";

export interface PutObjectInput extends CallbackParameters {
  readonly bucket: string;
  readonly key: string;
  readonly objectHeaders?: ObjectHeaders;
  /** Default: whatever the bucket says. */
  readonly objectAcl?: ObjectAcl;
  readonly tags?: Tags;
  /** Base64 of the body's MD5; the service refuses a body that differs. */
  readonly contentMd5?: string;
  /** CRC-64/XZ of the body; the service refuses a body that differs. */
  readonly crc64?: bigint;
  /** Refuses with FileAlreadyExists when the object is there. */
  readonly forbidOverwrite?: boolean;
  /** Bits per second, 245,760 … 838,860,800: how fast the body may come. */
  readonly trafficLimit?: number;
}

export interface PutObjectOutput {
  /** MD5 of the object in hex, unquoted. */
  readonly etag: string;
  /** CRC-64/XZ of the object. Undefined from a service that sends none. */
  readonly crc64?: bigint;
  /** Base64 of the MD5 that the service computed. */
  readonly contentMd5?: string;
  readonly versionId?: string;
  /** How the service encrypts the bytes; absent where nobody asked it to. */
  readonly serverSideEncryption?: string;
  /** What the callback answered: JSON. Undefined where none was asked for. */
  readonly callbackBody?: string;
  /** How long the traffic limit held the body up, in milliseconds; absent where there was none. */
  readonly qosDelayMs?: number;
}

export const putObjectCall: OperationCall<PutObjectInput, PutObjectOutput> = {
  name: "PutObject",
  method: "PUT",
  // Empty, but for the answer of a callback.
  responseBody: "text",
  isIdempotent: true,

  encodeRequest(input, dialect) {
    const { bucket, key, objectHeaders, objectAcl, tags, contentMd5, crc64, forbidOverwrite, trafficLimit } =
      input;
    return {
      method: "PUT",
      resource: { bucket, key },
      query: [],
      headers: {
        ...encodeObjectHeaders(objectHeaders, dialect),
        ...encodeObjectAcl(objectAcl, dialect),
        ...presentHeaders({ "content-md5": contentMd5, [dialect.crc64Header]: crc64?.toString() }),
        ...encodeTaggingHeader(tags, dialect),
        ...encodeForbidOverwrite(forbidOverwrite, dialect),
        ...encodeTrafficLimit(trafficLimit, dialect),
        ...encodeCallback(input, dialect),
      },
    };
  },

  decodeResponse(response, dialect) {
    return present({
      etag: unquoteEtag(requiredHeader(response, "etag")),
      crc64: parseCrc64(response.headers[dialect.crc64Header]),
      contentMd5: response.headers["content-md5"],
      versionId: response.headers[`${dialect.headerPrefix}version-id`],
      serverSideEncryption: decodeServerSideEncryption(response.headers, dialect),
      qosDelayMs: decodeQosDelay(response.headers, dialect),
      callbackBody: isCallbackAnswer(response.headers) ? response.text : undefined,
    });
  },
};

export const putObject: Operation<PutObjectInput, PutObjectOutput> = /* @__PURE__ */ wholeOperation(
  putObjectCall,
  {
    level: "object",
    marks: { query: [] },
    permission: "oss:PutObject",
    requestBody: "bytes",

    decodeRequest(request, dialect) {
      assertUnconditional(request.headers);
      return present({
        ...requiredObject(request),
        objectHeaders: decodeRequestedObjectHeaders(request.headers, dialect),
        objectAcl: decodeObjectAcl(request.headers, dialect),
        tags: decodeTaggingHeader(request.headers, dialect),
        contentMd5: request.headers["content-md5"],
        crc64: declaredCrc64(request.headers, dialect.crc64Header),
        forbidOverwrite: decodeForbidOverwrite(request.headers, dialect),
        trafficLimit: decodeTrafficLimit(request, dialect),
        ...decodeCallback(request, dialect),
      });
    },

    encodeResponse(output, dialect) {
      const { callbackBody } = output;
      const headers = {
        ...presentHeaders({
          etag: quoteEtag(output.etag),
          [dialect.crc64Header]: output.crc64?.toString(),
          "content-md5": output.contentMd5,
          [`${dialect.headerPrefix}version-id`]: output.versionId,
        }),
        ...encodeServerSideEncryption(output.serverSideEncryption, dialect),
        ...encodeQosDelay(output.qosDelayMs, dialect),
      };
      return callbackBody === undefined ? { status: 200, headers } : callbackAnswer(callbackBody, headers);
    },
  },
);

// OSS has no conditional PUT: a client that counts on one must not believe that its condition held.
function assertUnconditional(headers: Headers): void {
  for (const name of ["If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"]) {
    if (headers[name.toLowerCase()] !== undefined) {
      throw serviceError("NotImplemented", { fields: { Header: name } });
    }
  }
}

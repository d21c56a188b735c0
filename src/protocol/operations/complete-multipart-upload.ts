// CompleteMultipartUpload: makes one object of an upload's parts, in the order of their numbers. Not idempotent: once
// it has succeeded, the upload id is gone and a second attempt is answered NoSuchUpload.
// Source: OSS API, CompleteMultipartUpload.

import type { Dialect } from "../dialects/dialect.ts";
import { decodeError } from "../errors/error-document.ts";
import { invalidArgument } from "../errors/service-error.ts";
import { quoteEtag, unquoteEtag } from "../etag.ts";
import { decodeObjectAcl, encodeObjectAcl, type ObjectAcl } from "../fields/access-control.ts";
import { requiredDocument, requiredHeader, requiredText } from "../fields/answer.ts";
import {
  type CallbackParameters,
  callbackAnswer,
  decodeCallback,
  encodeCallback,
  isCallbackAnswer,
} from "../fields/callback.ts";
import { parseCrc64 } from "../fields/crc64-text.ts";
import { decodeForbidOverwrite, encodeForbidOverwrite } from "../fields/forbid-overwrite.ts";
import { decodeName, type EncodingType, encodeName, parseEncodingType } from "../fields/listing-encoding.ts";
import { encodingTypeOf } from "../fields/listing-names.ts";
import { type CompletedPart, completedPartsDocument, readCompletedParts } from "../fields/part-list.ts";
import { readCompletedPartsInSteps } from "../fields/part-list-in-steps.ts";
import { present, presentHeaders } from "../fields/present.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredObject, requiredUploadId } from "../fields/required-input.ts";
import { decodeServerSideEncryption, encodeServerSideEncryption } from "../fields/server-side-encryption.ts";
import { xmlAnswer } from "../fields/xml-message.ts";
import type { RequestMessage } from "../http-message.ts";
import { type Operation, type OperationCall, wholeOperation } from "../operation.ts";
import { element, optionalElement } from "../xml/xml-element.ts";

export type { CompletedPart } from "../fields/part-list.ts";

export interface CompleteMultipartUploadInput extends CallbackParameters {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
  /** Ascending by number, at most 10,000, none for an upload without parts; or all that the service has, by its own list. */
  readonly parts: readonly CompletedPart[] | "all";
  /** Of the key in the answer. */
  readonly encodingType?: EncodingType;
  readonly forbidOverwrite?: boolean;
  /** Of the finished object; InitiateMultipartUpload sets none. */
  readonly objectAcl?: ObjectAcl;
  /** Base64 of the MD5 of the document that lists the parts. */
  readonly contentMd5?: string;
}

export interface CompleteMultipartUploadOutput {
  /** URL of the object. Undefined, as bucket and key are, in the answer of a callback. */
  readonly location?: string;
  readonly bucket?: string;
  readonly key?: string;
  /** Unquoted: `HEX-N`. */
  readonly etag: string;
  /** CRC-64/XZ of the whole object. Undefined from a service that sends none. */
  readonly crc64?: bigint;
  readonly encodingType?: EncodingType;
  readonly versionId?: string;
  /** How the service encrypts the bytes; absent where nobody asked it to. */
  readonly serverSideEncryption?: string;
  /** Base64 of the object's MD5; only after a sequential upload. */
  readonly contentMd5?: string;
  /** What the callback answered, JSON, in place of the service's document. Undefined where none was asked for. */
  readonly callbackBody?: string;
}

export const completeMultipartUploadCall: OperationCall<
  CompleteMultipartUploadInput,
  CompleteMultipartUploadOutput
> = {
  name: "CompleteMultipartUpload",
  method: "POST",
  responseBody: "xml",
  isIdempotent: false,

  encodeRequest(input, dialect) {
    const { bucket, key, uploadId, parts, encodingType, forbidOverwrite, objectAcl, contentMd5 } = input;
    return {
      method: "POST",
      resource: { bucket, key },
      query: queryPairs({ uploadId, "encoding-type": encodingType }),
      headers: {
        ...presentHeaders({
          "content-type": parts === "all" ? undefined : "application/xml",
          "content-md5": contentMd5,
          [completeAllHeader(dialect)]: parts === "all" ? "yes" : undefined,
        }),
        ...encodeObjectAcl(objectAcl, dialect),
        ...encodeForbidOverwrite(forbidOverwrite, dialect),
        ...encodeCallback(input, dialect),
      },
      ...(parts === "all" ? {} : { text: completedPartsDocument(parts) }),
    };
  },

  decodeResponse(response, dialect) {
    // A callback that failed is a 203 with an error in it, although the object has been made.
    if (response.status === 203) {
      throw decodeError(response, dialect);
    }
    const inHeaders = {
      crc64: parseCrc64(response.headers[dialect.crc64Header]),
      contentMd5: response.headers["content-md5"],
      versionId: response.headers[`${dialect.headerPrefix}version-id`],
      serverSideEncryption: decodeServerSideEncryption(response.headers, dialect),
    };
    if (isCallbackAnswer(response.headers)) {
      const etag = unquoteEtag(requiredHeader(response, "etag"));
      return present({ etag, ...inHeaders, callbackBody: response.text });
    }
    const root = requiredDocument(response, "CompleteMultipartUploadResult");
    const encodingType = encodingTypeOf(root);
    return present({
      location: requiredText(root, "Location"),
      bucket: requiredText(root, "Bucket"),
      key: decodeName(requiredText(root, "Key"), encodingType),
      etag: unquoteEtag(requiredText(root, "ETag")),
      ...inHeaders,
      encodingType,
    });
  },
};

export const completeMultipartUpload: Operation<CompleteMultipartUploadInput, CompleteMultipartUploadOutput> =
  /* @__PURE__ */ wholeOperation(completeMultipartUploadCall, {
    level: "object",
    marks: { query: ["uploadId"] },
    permission: "oss:PutObject",
    requestBody: "xml",

    decodeRequest(request, dialect) {
      const upload = decodeUpload(request);
      const parts = isCompleteAll(request, dialect) ? "all" : readCompletedParts(request);
      return { ...upload, parts, ...decodeWishes(request, dialect) };
    },

    *decodeRequestInSteps(request, dialect) {
      const upload = decodeUpload(request);
      const parts = isCompleteAll(request, dialect) ? "all" : yield* readCompletedPartsInSteps(request);
      return { ...upload, parts, ...decodeWishes(request, dialect) };
    },

    encodeResponse(output, dialect) {
      const { location = "", bucket = "", key = "", etag, encodingType, callbackBody } = output;
      const headers = {
        ...presentHeaders({
          etag: quoteEtag(etag),
          [dialect.crc64Header]: output.crc64?.toString(),
          "content-md5": output.contentMd5,
          [`${dialect.headerPrefix}version-id`]: output.versionId,
        }),
        ...encodeServerSideEncryption(output.serverSideEncryption, dialect),
      };
      if (callbackBody !== undefined) {
        return callbackAnswer(callbackBody, headers);
      }
      return xmlAnswer(
        element("CompleteMultipartUploadResult", [
          optionalElement("EncodingType", encodingType),
          element("Location", location),
          element("Bucket", bucket),
          element("Key", encodeName(key, encodingType)),
          element("ETag", quoteEtag(etag)),
        ]),
        headers,
      );
    },
  });

function decodeUpload(
  request: RequestMessage,
): Pick<CompleteMultipartUploadInput, "bucket" | "key" | "uploadId"> {
  return { ...requiredObject(request), uploadId: requiredUploadId(request) };
}

/** What the client wants beside an object of these parts. */
function decodeWishes(request: RequestMessage, dialect: Dialect) {
  return present({
    encodingType: parseEncodingType(request.query),
    forbidOverwrite: decodeForbidOverwrite(request.headers, dialect),
    objectAcl: decodeObjectAcl(request.headers, dialect),
    contentMd5: request.headers["content-md5"],
    ...decodeCallback(request, dialect),
  });
}

/** @throws {ServiceError} InvalidArgument for another value than `yes`, and for a list of parts beside it */
function isCompleteAll(request: RequestMessage, dialect: Dialect): boolean {
  const name = completeAllHeader(dialect);
  const value = request.headers[name];
  if (value === undefined) {
    return false;
  }
  if (value.toLowerCase() !== "yes") {
    throw invalidArgument({ name, value });
  }
  if ((request.text ?? "") !== "") {
    // The service's own words, misspelling and all.
    const message = "Should not speficy both complete all header and http body.";
    throw invalidArgument({ name, value }, message, "0042-00000216");
  }
  return true;
}

function completeAllHeader(dialect: Dialect): string {
  return `${dialect.headerPrefix}complete-all`;
}

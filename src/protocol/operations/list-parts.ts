// ListParts: the parts of an open upload, ascending by number.
// Source: OSS API, ListParts.

import { quoteEtag, unquoteEtag } from "../etag.ts";
import { requiredDocument, requiredText } from "../fields/answer.ts";
import { requiredCount, requiredFlag, requiredTime } from "../fields/answer-values.ts";
import { parseCount } from "../fields/count-text.ts";
import { parseCrc64 } from "../fields/crc64-text.ts";
import { decodeName, type EncodingType, encodeName, parseEncodingType } from "../fields/listing-encoding.ts";
import { encodingTypeOf } from "../fields/listing-names.ts";
import { parsePageSize } from "../fields/page-size.ts";
import { parsePartNumberMarker } from "../fields/part-number-marker.ts";
import { present } from "../fields/present.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredObject, requiredUploadId } from "../fields/required-input.ts";
import { STORAGE_CLASS_DEFAULT } from "../fields/storage-class.ts";
import { xmlAnswer } from "../fields/xml-message.ts";
import { LIST_PARTS_PAGE_SIZE_DEFAULT } from "../limits.ts";
import { type Operation, type OperationCall, wholeOperation } from "../operation.ts";
import { toIso8601 } from "../times.ts";
import { childrenNamed, childText, element, optionalElement, type XmlElement } from "../xml/xml-element.ts";

export interface ListPartsInput {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
  /** 1 … 1,000; default 1,000. */
  readonly maxParts?: number;
  /** The page begins behind this number; 0 or absent: at the first part. */
  readonly partNumberMarker?: number;
  /** Of the key in the answer. */
  readonly encodingType?: EncodingType;
}

export interface ListedPart {
  readonly partNumber: number;
  /** To the second. */
  readonly lastModified: Date;
  /** MD5 in hex, unquoted. */
  readonly etag: string;
  readonly sizeBytes: number;
  /** CRC-64/XZ of the part. Undefined from a service that sends none. */
  readonly crc64?: bigint;
}

export interface ListPartsOutput {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
  readonly storageClass: string;
  readonly partNumberMarker: number;
  /** The last number of the page, also when it is the last page; 0 when there are no parts. */
  readonly nextPartNumberMarker: number;
  readonly maxParts: number;
  readonly isTruncated: boolean;
  /** Ascending by number. */
  readonly parts: readonly ListedPart[];
  readonly encodingType?: EncodingType;
}

export const listPartsCall: OperationCall<ListPartsInput, ListPartsOutput> = {
  name: "ListParts",
  method: "GET",
  responseBody: "xml",
  isIdempotent: true,

  encodeRequest({ bucket, key, uploadId, maxParts, partNumberMarker, encodingType }) {
    return {
      method: "GET",
      resource: { bucket, key },
      query: queryPairs({
        uploadId,
        "max-parts": maxParts,
        "part-number-marker": partNumberMarker,
        "encoding-type": encodingType,
      }),
      headers: {},
    };
  },

  decodeResponse(response) {
    const root = requiredDocument(response, "ListPartsResult");
    const encodingType = encodingTypeOf(root);
    return present({
      bucket: requiredText(root, "Bucket"),
      key: decodeName(requiredText(root, "Key"), encodingType),
      uploadId: requiredText(root, "UploadId"),
      storageClass: childText(root, "StorageClass") ?? STORAGE_CLASS_DEFAULT,
      // Both markers may be empty elements where there is nothing to name.
      partNumberMarker: parseCount(childText(root, "PartNumberMarker")) ?? 0,
      nextPartNumberMarker: parseCount(childText(root, "NextPartNumberMarker")) ?? 0,
      maxParts: parseCount(childText(root, "MaxParts")) ?? LIST_PARTS_PAGE_SIZE_DEFAULT,
      isTruncated: requiredFlag(root, "IsTruncated"),
      parts: childrenNamed(root, "Part").map(listedPartOf),
      encodingType,
    });
  },
};

export const listParts: Operation<ListPartsInput, ListPartsOutput> = /* @__PURE__ */ wholeOperation(
  listPartsCall,
  {
    level: "object",
    marks: { query: ["uploadId"] },
    permission: "oss:ListParts",
    requestBody: "none",

    decodeRequest(request) {
      return present({
        ...requiredObject(request),
        uploadId: requiredUploadId(request),
        maxParts: parsePageSize(request.query, "max-parts"),
        partNumberMarker: parsePartNumberMarker(request.query),
        encodingType: parseEncodingType(request.query),
      });
    },

    encodeResponse(output) {
      return xmlAnswer(
        element("ListPartsResult", [
          optionalElement("EncodingType", output.encodingType),
          element("Bucket", output.bucket),
          element("Key", encodeName(output.key, output.encodingType)),
          element("UploadId", output.uploadId),
          element("StorageClass", output.storageClass),
          element("PartNumberMarker", output.partNumberMarker),
          element("NextPartNumberMarker", output.nextPartNumberMarker),
          element("MaxParts", output.maxParts),
          element("IsTruncated", output.isTruncated),
          ...output.parts.map(partElement),
        ]),
      );
    },
  },
);

function partElement({ partNumber, lastModified, etag, sizeBytes, crc64 }: ListedPart): XmlElement {
  return element("Part", [
    element("PartNumber", partNumber),
    element("LastModified", toIso8601(lastModified)),
    element("ETag", quoteEtag(etag)),
    optionalElement("HashCrc64ecma", crc64?.toString()),
    element("Size", sizeBytes),
  ]);
}

function listedPartOf(part: XmlElement): ListedPart {
  return present({
    partNumber: requiredCount(part, "PartNumber"),
    lastModified: requiredTime(part, "LastModified"),
    etag: unquoteEtag(requiredText(part, "ETag")),
    sizeBytes: requiredCount(part, "Size"),
    crc64: parseCrc64(childText(part, "HashCrc64ecma")),
  });
}

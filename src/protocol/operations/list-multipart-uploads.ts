// ListMultipartUploads: the open uploads of a bucket, ascending by key and then by upload id.
// Source: OSS API, ListMultipartUploads.
import { requiredDocument, requiredText } from "../fields/answer.ts";
import { requiredTime } from "../fields/answer-values.ts";
import {
  type BucketListingInput,
  type BucketListingOutput,
  decodeBucketListing,
  decodeBucketListingRequest,
  encodeBucketListingRequest,
  pageSizeOf,
  parseListedName,
} from "../fields/bucket-listing.ts";
import { decodeName, type EncodingType, encodeName } from "../fields/listing-encoding.ts";
import { commonPrefixElements, nameOf } from "../fields/listing-names.ts";
import { parsePageSize } from "../fields/page-size.ts";
import { present } from "../fields/present.ts";
import { STORAGE_CLASS_DEFAULT } from "../fields/storage-class.ts";
import { xmlAnswer } from "../fields/xml-message.ts";
import { queryValue } from "../http-message.ts";
import { LIST_PARTS_PAGE_SIZE_DEFAULT } from "../limits.ts";
import { type Operation, type OperationCall, wholeOperation } from "../operation.ts";
import { toIso8601 } from "../times.ts";
import { childrenNamed, childText, element, optionalElement, type XmlElement } from "../xml/xml-element.ts";

export interface ListMultipartUploadsInput extends BucketListingInput {
  /** The page begins behind this key; with `uploadIdMarker`, behind that upload of this key. */
  readonly keyMarker?: string;
  /** Ignored without `keyMarker`. */
  readonly uploadIdMarker?: string;
  /** 1 … 1,000; default 1,000. Counts uploads and common prefixes. */
  readonly maxUploads?: number;
}

export interface ListedUpload {
  readonly key: string;
  readonly uploadId: string;
  readonly storageClass: string;
  /** To the second. */
  readonly initiated: Date;
}

export interface ListMultipartUploadsOutput extends BucketListingOutput {
  readonly keyMarker: string;
  readonly uploadIdMarker: string;
  /** Of the last entry, also when this is the last page; "" when there is none. */
  readonly nextKeyMarker: string;
  readonly nextUploadIdMarker: string;
  readonly maxUploads: number;
  /** Ascending by key, then by upload id as text. */
  readonly uploads: readonly ListedUpload[];
}

export const listMultipartUploadsCall: OperationCall<ListMultipartUploadsInput, ListMultipartUploadsOutput> =
  {
    name: "ListMultipartUploads",
    method: "GET",
    responseBody: "xml",
    isIdempotent: true,

    encodeRequest({ keyMarker, uploadIdMarker, maxUploads, ...input }) {
      return encodeBucketListingRequest(input, {
        uploads: true,
        "key-marker": keyMarker,
        "upload-id-marker": uploadIdMarker,
        "max-uploads": maxUploads,
      });
    },

    decodeResponse(response) {
      const root = requiredDocument(response, "ListMultipartUploadsResult");
      const listing = decodeBucketListing(root, "Bucket");
      const { encodingType } = listing;
      return present({
        ...listing,
        keyMarker: nameOf(root, "KeyMarker", encodingType) ?? "",
        uploadIdMarker: childText(root, "UploadIdMarker") ?? "",
        nextKeyMarker: nameOf(root, "NextKeyMarker", encodingType) ?? "",
        nextUploadIdMarker: childText(root, "NextUploadIdMarker") ?? "",
        maxUploads: pageSizeOf(root, "MaxUploads", LIST_PARTS_PAGE_SIZE_DEFAULT),
        uploads: childrenNamed(root, "Upload").map((upload) => listedUploadOf(upload, encodingType)),
      });
    },
  };

export const listMultipartUploads: Operation<ListMultipartUploadsInput, ListMultipartUploadsOutput> =
  /* @__PURE__ */ wholeOperation(listMultipartUploadsCall, {
    level: "bucket",
    marks: { query: ["uploads"] },
    permission: "oss:ListMultipartUploads",
    requestBody: "none",

    decodeRequest(request) {
      return present({
        ...decodeBucketListingRequest(request),
        keyMarker: parseListedName(request.query, "key-marker"),
        uploadIdMarker: queryValue(request.query, "upload-id-marker"),
        maxUploads: parsePageSize(request.query, "max-uploads"),
      });
    },

    // oss2 raises when NextKeyMarker or NextUploadIdMarker is missing, so both are always there.
    encodeResponse(output) {
      const { encodingType } = output;
      return xmlAnswer(
        element("ListMultipartUploadsResult", [
          optionalElement("EncodingType", encodingType),
          element("Bucket", output.bucket),
          element("KeyMarker", encodeName(output.keyMarker, encodingType)),
          element("UploadIdMarker", output.uploadIdMarker),
          element("NextKeyMarker", encodeName(output.nextKeyMarker, encodingType)),
          element("NextUploadIdMarker", output.nextUploadIdMarker),
          element("Delimiter", encodeName(output.delimiter, encodingType)),
          element("Prefix", encodeName(output.prefix, encodingType)),
          element("MaxUploads", output.maxUploads),
          element("IsTruncated", output.isTruncated),
          ...output.uploads.map((upload) => uploadElement(upload, encodingType)),
          ...commonPrefixElements(output.commonPrefixes, encodingType),
        ]),
      );
    },
  });

function uploadElement(upload: ListedUpload, encodingType: EncodingType | undefined): XmlElement {
  return element("Upload", [
    element("Key", encodeName(upload.key, encodingType)),
    element("UploadId", upload.uploadId),
    element("StorageClass", upload.storageClass),
    element("Initiated", toIso8601(upload.initiated)),
  ]);
}

function listedUploadOf(upload: XmlElement, encodingType: EncodingType | undefined): ListedUpload {
  return {
    key: decodeName(requiredText(upload, "Key"), encodingType),
    uploadId: requiredText(upload, "UploadId"),
    storageClass: childText(upload, "StorageClass") ?? STORAGE_CLASS_DEFAULT,
    initiated: requiredTime(upload, "Initiated"),
  };
}

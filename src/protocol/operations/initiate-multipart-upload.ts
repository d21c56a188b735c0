// InitiateMultipartUpload: opens an upload and gives its id. The object's headers are fixed here; an object that is
// already under the key stays untouched until the upload is completed.
// Source: OSS API, InitiateMultipartUpload.
import { decodeObjectAcl } from "../fields/access-control.ts";
import { requiredDocument, requiredText } from "../fields/answer.ts";
import { decodeForbidOverwrite, encodeForbidOverwrite } from "../fields/forbid-overwrite.ts";
import { decodeName, type EncodingType, encodeName, parseEncodingType } from "../fields/listing-encoding.ts";
import { encodingTypeOf } from "../fields/listing-names.ts";
import {
  decodeRequestedObjectHeaders,
  encodeObjectHeaders,
  type ObjectHeaders,
} from "../fields/object-headers.ts";
import { present } from "../fields/present.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredObject } from "../fields/required-input.ts";
import { decodeServerSideEncryption, encodeServerSideEncryption } from "../fields/server-side-encryption.ts";
import { decodeTaggingHeader, encodeTaggingHeader, type Tags } from "../fields/tagging.ts";
import { xmlAnswer } from "../fields/xml-message.ts";
import { queryValue } from "../http-message.ts";
import { type Operation, type OperationCall, wholeOperation } from "../operation.ts";
import { element, optionalElement } from "../xml/xml-element.ts";

export interface InitiateMultipartUploadInput {
  readonly bucket: string;
  readonly key: string;
  /** What the finished object will carry. */
  readonly objectHeaders?: ObjectHeaders;
  /** Those of the finished object. */
  readonly tags?: Tags;
  /** Of the key in the answer. */
  readonly encodingType?: EncodingType;
  /** Refuses with FileAlreadyExists when the object is there now; what counts in the end is the same option at completion. */
  readonly forbidOverwrite?: boolean;
  /** Parts must come in order, and the object gets a Content-MD5. Absent: any order, also in parallel. */
  readonly sequential?: boolean;
}

export interface InitiateMultipartUploadOutput {
  readonly bucket: string;
  readonly key: string;
  /** Opaque; OSS makes 32 upper-case hex digits. */
  readonly uploadId: string;
  readonly encodingType?: EncodingType;
  /** How the service encrypts the bytes; absent where nobody asked it to. */
  readonly serverSideEncryption?: string;
}

export const initiateMultipartUploadCall: OperationCall<
  InitiateMultipartUploadInput,
  InitiateMultipartUploadOutput
> = {
  name: "InitiateMultipartUpload",
  method: "POST",
  responseBody: "xml",
  // A second one opens a second upload.
  isIdempotent: false,

  encodeRequest({ bucket, key, objectHeaders, tags, encodingType, forbidOverwrite, sequential }, dialect) {
    return {
      method: "POST",
      resource: { bucket, key },
      query: queryPairs({
        uploads: true,
        "encoding-type": encodingType,
        sequential: sequential ? true : undefined,
      }),
      headers: {
        ...encodeObjectHeaders(objectHeaders, dialect),
        ...encodeTaggingHeader(tags, dialect),
        ...encodeForbidOverwrite(forbidOverwrite, dialect),
      },
    };
  },

  decodeResponse(response, dialect) {
    const root = requiredDocument(response, "InitiateMultipartUploadResult");
    const encodingType = encodingTypeOf(root);
    return present({
      bucket: requiredText(root, "Bucket"),
      key: decodeName(requiredText(root, "Key"), encodingType),
      uploadId: requiredText(root, "UploadId"),
      encodingType,
      serverSideEncryption: decodeServerSideEncryption(response.headers, dialect),
    });
  },
};

export const initiateMultipartUpload: Operation<InitiateMultipartUploadInput, InitiateMultipartUploadOutput> =
  /* @__PURE__ */ wholeOperation(initiateMultipartUploadCall, {
    level: "object",
    marks: { query: ["uploads"] },
    permission: "oss:PutObject",
    requestBody: "none",

    decodeRequest(request, dialect) {
      // Checked, and forgotten: the ACL that counts comes with the completion.
      decodeObjectAcl(request.headers, dialect);
      return present({
        ...requiredObject(request),
        objectHeaders: decodeRequestedObjectHeaders(request.headers, dialect),
        tags: decodeTaggingHeader(request.headers, dialect),
        encodingType: parseEncodingType(request.query),
        forbidOverwrite: decodeForbidOverwrite(request.headers, dialect),
        sequential: queryValue(request.query, "sequential") === undefined ? undefined : true,
      });
    },

    encodeResponse({ bucket, key, uploadId, encodingType, serverSideEncryption }, dialect) {
      return xmlAnswer(
        element("InitiateMultipartUploadResult", [
          optionalElement("EncodingType", encodingType),
          element("Bucket", bucket),
          element("Key", encodeName(key, encodingType)),
          element("UploadId", uploadId),
        ]),
        encodeServerSideEncryption(serverSideEncryption, dialect),
      );
    },
  });

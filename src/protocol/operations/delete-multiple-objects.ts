// DeleteMultipleObjects: deletes up to 1,000 objects; those that were not there count as deleted.
// Source: OSS API, DeleteMultipleObjects.

import { ServiceError } from "../errors/service-error.ts";
import { requiredDocument, requiredText } from "../fields/answer.ts";
import { decodeName, type EncodingType, encodeName, parseEncodingType } from "../fields/listing-encoding.ts";
import { encodingTypeOf } from "../fields/listing-names.ts";
import { present, presentHeaders } from "../fields/present.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredBucket } from "../fields/required-input.ts";
import { malformedRequest, requestDocument, XML_CONTENT_TYPE, xmlAnswer } from "../fields/xml-message.ts";
import { DELETE_KEY_COUNT_MAX } from "../limits.ts";
import { assertObjectKey } from "../names.ts";
import type { Operation } from "../operation.ts";
import { writeXml } from "../xml/write-xml.ts";
import { childrenNamed, childText, element, optionalElement, type XmlElement } from "../xml/xml-element.ts";
import { isXmlText } from "../xml/xml-text.ts";

export interface DeleteMultipleObjectsInput {
  readonly bucket: string;
  /** 1 … 1,000. The request knows no encoding, so they must be writable in XML: no control characters. */
  readonly keys: readonly string[];
  /** The answer names nothing. */
  readonly quiet: boolean;
  /** Of the keys in the answer. */
  readonly encodingType?: EncodingType;
  /** Base64 of the MD5 of the document. The service demands it; a caller may add it to the encoded message. */
  readonly contentMd5?: string;
}

export interface DeleteMultipleObjectsOutput {
  /** Empty after a quiet request. */
  readonly deletedKeys: readonly string[];
  readonly encodingType?: EncodingType;
}

const MALFORMED_DELETE_EC = "0016-00000608";

export const deleteMultipleObjects: Operation<DeleteMultipleObjectsInput, DeleteMultipleObjectsOutput> = {
  name: "DeleteMultipleObjects",
  method: "POST",
  level: "bucket",
  marks: { query: ["delete"] },
  permission: "oss:DeleteObject",
  requestBody: "xml",
  responseBody: "xml",
  isIdempotent: true,

  /** @throws {RangeError} if XML cannot hold one of the keys: it would arrive as the name of another object */
  encodeRequest({ bucket, keys, quiet, encodingType, contentMd5 }) {
    const unwritable = keys.find((key) => !isXmlText(key));
    if (unwritable !== undefined) {
      throw new RangeError(
        `key ${JSON.stringify(unwritable)} has characters that XML cannot hold; delete it with DeleteObject`,
      );
    }
    return {
      method: "POST",
      resource: { bucket },
      query: queryPairs({ delete: true, "encoding-type": encodingType }),
      headers: presentHeaders({ "content-type": XML_CONTENT_TYPE, "content-md5": contentMd5 }),
      text: writeXml(
        element("Delete", [
          element("Quiet", quiet),
          ...keys.map((key) => element("Object", [element("Key", key)])),
        ]),
      ),
    };
  },

  decodeRequest(request) {
    const bucket = requiredBucket(request);
    const contentMd5 = request.headers["content-md5"];
    if (contentMd5 === undefined) {
      throw new ServiceError("MissingArgument", {
        fields: { ArgumentName: "Content-MD5" },
      });
    }
    const root = requestDocument(request, "Delete", MALFORMED_DELETE_EC);
    return present({
      bucket,
      keys: readKeys(root),
      quiet: childText(root, "Quiet")?.trim().toLowerCase() === "true",
      encodingType: parseEncodingType(request.query),
      contentMd5,
    });
  },

  encodeResponse({ deletedKeys, encodingType }) {
    // The answer to a quiet request is empty; every other one names at least one key.
    if (deletedKeys.length === 0) {
      return { status: 200, headers: {} };
    }
    return xmlAnswer(
      element("DeleteResult", [
        optionalElement("EncodingType", encodingType),
        ...deletedKeys.map((key) => element("Deleted", [element("Key", encodeName(key, encodingType))])),
      ]),
    );
  },

  decodeResponse(response) {
    if ((response.text ?? "") === "") {
      return { deletedKeys: [] };
    }
    const root = requiredDocument(response, "DeleteResult");
    const encodingType = encodingTypeOf(root);
    return present({
      deletedKeys: childrenNamed(root, "Deleted").map((deleted) =>
        decodeName(requiredText(deleted, "Key"), encodingType),
      ),
      encodingType,
    });
  },
};

/** @throws {ServiceError} MalformedXML, InvalidObjectName; NotImplemented for a version */
function readKeys(root: XmlElement): readonly string[] {
  const objects = childrenNamed(root, "Object");
  if (objects.length === 0 || objects.length > DELETE_KEY_COUNT_MAX) {
    throw malformedRequest(
      `The document names ${objects.length} objects; 1 to ${DELETE_KEY_COUNT_MAX} are allowed.`,
      MALFORMED_DELETE_EC,
    );
  }
  return objects.map(readKey);
}

function readKey(object: XmlElement): string {
  const key = childText(object, "Key");
  if (key === undefined) {
    throw malformedRequest("An Object needs a Key.", MALFORMED_DELETE_EC);
  }
  assertObjectKey(key);
  // Deleting the current version in place of the one that was named would lose it.
  const versionId = childText(object, "VersionId") ?? "";
  if (versionId !== "" && versionId !== "null") {
    throw new ServiceError("NotImplemented", { fields: { Header: "VersionId" } });
  }
  return key;
}

// DeleteMultipleObjects: deletes up to 1,000 objects or versions; those that were not there count as deleted.
// Source: OSS API, DeleteMultipleObjects.

import { serviceError } from "../errors/known-error.ts";
import { requiredDocument } from "../fields/answer.ts";
import { type DeletedObject, deletedElement, deletedObjectOf } from "../fields/deleted-object.ts";
import { type EncodingType, parseEncodingType } from "../fields/listing-encoding.ts";
import { encodingTypeOf } from "../fields/listing-names.ts";
import { present, presentHeaders } from "../fields/present.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredBucket } from "../fields/required-input.ts";
import { assertVersionId } from "../fields/version-id.ts";
import { malformedRequest, requestDocument, XML_CONTENT_TYPE, xmlAnswer } from "../fields/xml-message.ts";
import { DELETE_KEY_COUNT_MAX } from "../limits.ts";
import { assertObjectKey } from "../names.ts";
import type { Operation } from "../operation.ts";
import { writeXml } from "../xml/write-xml.ts";
import { childrenNamed, childText, element, optionalElement, type XmlElement } from "../xml/xml-element.ts";
import { isXmlText } from "../xml/xml-text.ts";

export interface ObjectToDelete {
  /** The request knows no encoding, so it must be writable in XML: no control characters. */
  readonly key: string;
  /** Undefined: the current version. */
  readonly versionId?: string;
}

export interface DeleteMultipleObjectsInput {
  readonly bucket: string;
  /** 1 … 1,000. */
  readonly objects: readonly ObjectToDelete[];
  /** The answer names nothing. */
  readonly quiet: boolean;
  /** Of the keys in the answer. */
  readonly encodingType?: EncodingType;
  /** Base64 of the MD5 of the document. The service demands it; a caller may add it to the encoded message. */
  readonly contentMd5?: string;
}

export interface DeleteMultipleObjectsOutput {
  /** In the order of the request; empty after a quiet one. */
  readonly deleted: readonly DeletedObject[];
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
  encodeRequest({ bucket, objects, quiet, encodingType, contentMd5 }) {
    const unwritable = objects.find(({ key }) => !isXmlText(key));
    if (unwritable !== undefined) {
      throw new RangeError(
        `key ${JSON.stringify(unwritable.key)} has characters that XML cannot hold; delete it with DeleteObject`,
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
          ...objects.map(({ key, versionId }) =>
            element("Object", [element("Key", key), optionalElement("VersionId", versionId)]),
          ),
        ]),
      ),
    };
  },

  decodeRequest(request) {
    const bucket = requiredBucket(request);
    const contentMd5 = request.headers["content-md5"];
    if (contentMd5 === undefined) {
      throw serviceError("MissingArgument", {
        fields: { ArgumentName: "Content-MD5" },
      });
    }
    const root = requestDocument(request, "Delete", MALFORMED_DELETE_EC);
    return present({
      bucket,
      objects: readObjects(root),
      quiet: childText(root, "Quiet")?.trim().toLowerCase() === "true",
      encodingType: parseEncodingType(request.query),
      contentMd5,
    });
  },

  encodeResponse({ deleted, encodingType }) {
    // The answer to a quiet request is empty; every other one names at least one key.
    if (deleted.length === 0) {
      return { status: 200, headers: {} };
    }
    return xmlAnswer(
      element("DeleteResult", [
        optionalElement("EncodingType", encodingType),
        ...deleted.map((object) => deletedElement(object, encodingType)),
      ]),
    );
  },

  decodeResponse(response) {
    if ((response.text ?? "") === "") {
      return { deleted: [] };
    }
    const root = requiredDocument(response, "DeleteResult");
    const encodingType = encodingTypeOf(root);
    return present({
      deleted: childrenNamed(root, "Deleted").map((object) => deletedObjectOf(object, encodingType)),
      encodingType,
    });
  },
};

/** @throws {ServiceError} MalformedXML, InvalidObjectName, InvalidArgument */
function readObjects(root: XmlElement): readonly ObjectToDelete[] {
  const objects = childrenNamed(root, "Object");
  if (objects.length === 0 || objects.length > DELETE_KEY_COUNT_MAX) {
    throw malformedRequest(
      `The document names ${objects.length} objects; 1 to ${DELETE_KEY_COUNT_MAX} are allowed.`,
      MALFORMED_DELETE_EC,
    );
  }
  return objects.map(readObject);
}

function readObject(object: XmlElement): ObjectToDelete {
  const key = childText(object, "Key");
  if (key === undefined) {
    throw malformedRequest("An Object needs a Key.", MALFORMED_DELETE_EC);
  }
  assertObjectKey(key);
  const versionId = childText(object, "VersionId");
  // An empty one is refused too: to delete the current version in place of the one that was meant would lose it.
  if (versionId !== undefined) {
    assertVersionId({ name: "VersionId", value: versionId });
  }
  return present({ key, versionId });
}

// One entry of the answer to DeleteMultipleObjects.
import { childText, element, optionalElement, type XmlElement } from "../xml/xml-element.ts";
import { requiredText } from "./answer.ts";
import { decodeName, type EncodingType, encodeName } from "./listing-encoding.ts";
import { present } from "./present.ts";

export interface DeletedObject {
  readonly key: string;
  /** What the request named. */
  readonly versionId?: string;
  /** The delete marker that was put in front, or that was removed because its version was named. */
  readonly deleteMarkerVersionId?: string;
}

export function deletedElement(deleted: DeletedObject, encodingType: EncodingType | undefined): XmlElement {
  const { key, versionId, deleteMarkerVersionId } = deleted;
  return element("Deleted", [
    element("Key", encodeName(key, encodingType)),
    optionalElement("VersionId", versionId),
    optionalElement("DeleteMarker", deleteMarkerVersionId === undefined ? undefined : true),
    optionalElement("DeleteMarkerVersionId", deleteMarkerVersionId),
  ]);
}

/** @throws {ServiceError} BadResponse */
export function deletedObjectOf(deleted: XmlElement, encodingType: EncodingType | undefined): DeletedObject {
  return present({
    key: decodeName(requiredText(deleted, "Key"), encodingType),
    versionId: childText(deleted, "VersionId"),
    deleteMarkerVersionId:
      childText(deleted, "DeleteMarker") === "true"
        ? requiredText(deleted, "DeleteMarkerVersionId")
        : undefined,
  });
}

// One object in a listing of objects.

import { quoteEtag, unquoteEtag } from "../etag.ts";
import { toIso8601 } from "../times.ts";
import { childText, element, type XmlElement } from "../xml/xml-element.ts";
import { requiredText } from "./answer.ts";
import { requiredCount, requiredTime } from "./answer-values.ts";
import { decodeName, type EncodingType, encodeName } from "./listing-encoding.ts";
import { type Owner, ownerElement, ownerOf } from "./owner.ts";
import { present } from "./present.ts";
import { formatRestoreStatus, parseRestoreStatus, type RestoreStatus } from "./restore-status.ts";
import { STORAGE_CLASS_DEFAULT } from "./storage-class.ts";

export interface ObjectSummary {
  readonly key: string;
  /** To the second. */
  readonly lastModified: Date;
  /** Unquoted. */
  readonly etag: string;
  /** Normal, Multipart or Appendable. */
  readonly type: string;
  readonly sizeBytes: number;
  readonly storageClass: string;
  /** Of an archived object that was restored, as long as it can be read. */
  readonly restoreInfo?: RestoreStatus;
  /** ListObjects always names it, ListObjectsV2 when asked with `fetchOwner`. */
  readonly owner?: Owner;
}

export function objectElement(object: ObjectSummary, encodingType: EncodingType | undefined): XmlElement {
  return element("Contents", [
    element("Key", encodeName(object.key, encodingType)),
    element("LastModified", toIso8601(object.lastModified)),
    element("ETag", quoteEtag(object.etag)),
    element("Type", object.type),
    element("Size", object.sizeBytes),
    element("StorageClass", object.storageClass),
    restoreElement(object.restoreInfo),
    object.owner && ownerElement(object.owner),
  ]);
}

/** @throws {ServiceError} BadResponse */
export function objectOf(contents: XmlElement, encodingType: EncodingType | undefined): ObjectSummary {
  return present({
    key: decodeName(requiredText(contents, "Key"), encodingType),
    lastModified: requiredTime(contents, "LastModified"),
    etag: unquoteEtag(requiredText(contents, "ETag")),
    type: childText(contents, "Type") ?? "Normal",
    sizeBytes: requiredCount(contents, "Size"),
    storageClass: childText(contents, "StorageClass") ?? STORAGE_CLASS_DEFAULT,
    restoreInfo: restoreInfoOf(contents),
    owner: ownerOf(contents),
  });
}

/** The text is that of the header `x-oss-restore`. */
export function restoreElement(restoreInfo: RestoreStatus | undefined): XmlElement | undefined {
  return restoreInfo && element("RestoreInfo", formatRestoreStatus(restoreInfo));
}

export function restoreInfoOf(entry: XmlElement): RestoreStatus | undefined {
  return parseRestoreStatus(childText(entry, "RestoreInfo"));
}

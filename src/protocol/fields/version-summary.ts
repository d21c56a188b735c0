// One entry of a listing of versions: a version of an object, or a delete marker.
import { quoteEtag, unquoteEtag } from "../etag.ts";
import { toIso8601 } from "../times.ts";
import { childText, element, type XmlElement } from "../xml/xml-element.ts";
import { requiredText } from "./answer.ts";
import { requiredCount, requiredFlag, requiredTime } from "./answer-values.ts";
import { decodeName, type EncodingType, encodeName } from "./listing-encoding.ts";
import { type ObjectSummary, restoreElement, restoreInfoOf } from "./object-summary.ts";
import { type Owner, ownerElement, ownerOf } from "./owner.ts";
import { present } from "./present.ts";
import { STORAGE_CLASS_DEFAULT } from "./storage-class.ts";

interface VersionIdentity {
  readonly versionId: string;
  /** Whether requests that name no version mean this one. */
  readonly isLatest: boolean;
  readonly owner: Owner;
}

export interface ObjectVersionSummary extends Omit<ObjectSummary, "owner">, VersionIdentity {}

export interface DeleteMarkerSummary extends VersionIdentity {
  readonly key: string;
  /** To the second. */
  readonly lastModified: Date;
  readonly type: "DeleteMarker";
}

/** Told apart by `type`. */
export type VersionSummary = DeleteMarkerSummary | ObjectVersionSummary;

export function versionElement(version: VersionSummary, encodingType: EncodingType | undefined): XmlElement {
  const identity = [
    element("Key", encodeName(version.key, encodingType)),
    element("VersionId", version.versionId),
    element("IsLatest", version.isLatest),
    element("LastModified", toIso8601(version.lastModified)),
  ];
  const owner = ownerElement(version.owner);
  if (isDeleteMarker(version)) {
    return element("DeleteMarker", [...identity, owner]);
  }
  return element("Version", [
    ...identity,
    element("ETag", quoteEtag(version.etag)),
    element("Type", version.type),
    element("Size", version.sizeBytes),
    element("StorageClass", version.storageClass),
    restoreElement(version.restoreInfo),
    owner,
  ]);
}

export function isVersionElement({ name }: XmlElement): boolean {
  return name === "Version" || name === "DeleteMarker";
}

/** @throws {ServiceError} BadResponse */
export function versionOf(version: XmlElement, encodingType: EncodingType | undefined): VersionSummary {
  const identity = {
    key: decodeName(requiredText(version, "Key"), encodingType),
    versionId: requiredText(version, "VersionId"),
    isLatest: requiredFlag(version, "IsLatest"),
    lastModified: requiredTime(version, "LastModified"),
    owner: ownerOf(version) ?? { id: "", displayName: "" },
  };
  if (version.name === "DeleteMarker") {
    return { ...identity, type: "DeleteMarker" };
  }
  return present({
    ...identity,
    etag: unquoteEtag(requiredText(version, "ETag")),
    type: childText(version, "Type") ?? "Normal",
    sizeBytes: requiredCount(version, "Size"),
    storageClass: childText(version, "StorageClass") ?? STORAGE_CLASS_DEFAULT,
    restoreInfo: restoreInfoOf(version),
  });
}

function isDeleteMarker(version: VersionSummary): version is DeleteMarkerSummary {
  return version.type === "DeleteMarker";
}

// Whether a bucket keeps versions of its objects.
// Source: OSS API, PutBucketVersioning and GetBucketVersioning.
import { childText, element, optionalElement, type XmlElement } from "../xml/xml-element.ts";
import { malformedRequest } from "./xml-message.ts";

export type VersioningStatus = "Enabled" | "Suspended";

export interface Versioning {
  /** Absent for a bucket that never had versions. */
  readonly status?: VersioningStatus;
}

export function encodeVersioning({ status }: Versioning): XmlElement {
  return element("VersioningConfiguration", [optionalElement("Status", status)]);
}

/** @throws {ServiceError} MalformedXML for a status that is none */
export function decodeVersioning(root: XmlElement): Versioning {
  const status = childText(root, "Status");
  if (status === undefined) {
    return {};
  }
  if (status !== "Enabled" && status !== "Suspended") {
    throw malformedRequest(`Status is "${status}", not Enabled or Suspended.`);
  }
  return { status };
}

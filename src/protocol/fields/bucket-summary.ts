// One bucket, as ListBuckets and GetBucketInfo describe it.

import { toIso8601 } from "../times.ts";
import { childText, element, type XmlElement } from "../xml/xml-element.ts";
import { requiredText } from "./answer.ts";
import { requiredTime } from "./answer-values.ts";
import { STORAGE_CLASS_DEFAULT } from "./storage-class.ts";

export interface BucketSummary {
  readonly name: string;
  /** To the second. */
  readonly creationDate: Date;
  /** `oss-cn-hangzhou`: the region with `oss-` before it. */
  readonly location: string;
  /** `cn-hangzhou`: what V4 signatures name. */
  readonly region: string;
  /** Host, with the port where it is no default: clients send their further requests to it. */
  readonly extranetEndpoint: string;
  readonly intranetEndpoint: string;
  readonly storageClass: string;
}

/** All but the region, which GetBucketInfo leaves out. */
export function bucketElements(bucket: BucketSummary): readonly XmlElement[] {
  return [
    element("CreationDate", toIso8601(bucket.creationDate)),
    element("ExtranetEndpoint", bucket.extranetEndpoint),
    element("IntranetEndpoint", bucket.intranetEndpoint),
    element("Location", bucket.location),
    element("Name", bucket.name),
    element("StorageClass", bucket.storageClass),
  ];
}

/** @throws {ServiceError} BadResponse */
export function bucketOf(bucket: XmlElement): BucketSummary {
  const location = requiredText(bucket, "Location");
  return {
    name: requiredText(bucket, "Name"),
    creationDate: requiredTime(bucket, "CreationDate"),
    location,
    region: childText(bucket, "Region") ?? location.replace(/^oss-/, ""),
    extranetEndpoint: requiredText(bucket, "ExtranetEndpoint"),
    intranetEndpoint: requiredText(bucket, "IntranetEndpoint"),
    storageClass: childText(bucket, "StorageClass") ?? STORAGE_CLASS_DEFAULT,
  };
}

// An object's record as the answers to GetObject and HeadObject describe it.
import { encodeBase64 } from "../protocol/base64.ts";
import { serviceError } from "../protocol/errors/known-error.ts";
import { quoteEtag } from "../protocol/etag.ts";
import { type Conditions, checkConditions } from "../protocol/fields/conditions.ts";
import type { ObjectMetadata } from "../protocol/fields/object-metadata.ts";
import { present } from "../protocol/fields/present.ts";
import { toHttpDate } from "../protocol/times.ts";
import type { ObjectRecord, VersionRecord } from "../storage/records.ts";
import { restoreStatusOf } from "./archive.ts";
import { objectHeadersOf } from "./object-attributes.ts";

export function objectMetadataOf(object: ObjectRecord, nowMs: number): ObjectMetadata {
  const tagCount = Object.keys(object.attributes.tags).length;
  return present({
    sizeBytes: object.sizeBytes,
    etag: object.etag,
    lastModified: lastModifiedOf(object),
    type: object.type,
    crc64: object.crc64,
    contentMd5: object.md5 === undefined ? undefined : encodeBase64(Buffer.from(object.md5, "hex")),
    objectHeaders: objectHeadersOf(object.attributes),
    taggingCount: tagCount === 0 ? undefined : tagCount,
    nextAppendPositionBytes: object.type === "Appendable" ? object.sizeBytes : undefined,
    restore: restoreStatusOf(object.attributes, nowMs),
  });
}

/** @throws {ServiceError} NotModified, PreconditionFailed */
export function assertConditions(conditions: Conditions | undefined, object: ObjectRecord): void {
  const verdict = checkConditions(conditions ?? {}, {
    etag: object.etag,
    lastModified: lastModifiedOf(object),
  });
  if (verdict === "not-modified") {
    const fields = { ETag: quoteEtag(object.etag), "Last-Modified": toHttpDate(lastModifiedOf(object)) };
    throw serviceError("NotModified", { fields });
  }
  if (verdict !== "ok") {
    throw serviceError("PreconditionFailed", { fields: { Condition: verdict.failed } });
  }
}

/** In whole seconds, as the wire writes it, so that a client can send it back as a condition. */
export function lastModifiedOf({ modifiedAtMs }: Pick<VersionRecord, "modifiedAtMs">): Date {
  return new Date(Math.floor(modifiedAtMs / 1000) * 1000);
}

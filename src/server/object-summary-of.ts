// An object's record as a listing shows it.

import type { ObjectSummary } from "../protocol/fields/object-summary.ts";
import type { Owner } from "../protocol/fields/owner.ts";
import { present } from "../protocol/fields/present.ts";
import type { ObjectRecord } from "../storage/records.ts";
import { restoreStatusOf } from "./archive.ts";
import { lastModifiedOf } from "./object-answer.ts";
import { storageClassOf } from "./object-attributes.ts";

export function objectSummaryOf(
  object: ObjectRecord,
  owner: Owner | undefined,
  nowMs: number,
): ObjectSummary {
  const { key, etag, type, sizeBytes, attributes } = object;
  return present({
    key,
    lastModified: lastModifiedOf(object),
    etag,
    type,
    sizeBytes,
    storageClass: storageClassOf(attributes),
    restoreInfo: restoreStatusOf(attributes, nowMs),
    owner,
  });
}

// Makes an archived object readable for some days. The class says only that it must be asked for: see archive.ts.

import { serviceError } from "../../protocol/errors/known-error.ts";
import { invalidArgument } from "../../protocol/errors/service-error.ts";
import { present } from "../../protocol/fields/present.ts";
import { RESTORE_ARCHIVE_DAYS_MAX } from "../../protocol/limits.ts";
import type { RestoreTier, restoreObject } from "../../protocol/operations/restore-object.ts";
import { malformedXml } from "../../protocol/xml/malformed-xml.ts";
import type { ObjectAttributes, ObjectRecord } from "../../storage/records.ts";
import { isArchived, restoredUntilMs } from "../archive.ts";
import { changeObject } from "../change-object.ts";
import type { Handler } from "../handler.ts";
import { storageClassOf } from "../object-attributes.ts";
import { shownVersionId } from "../object-version.ts";
import { requireBucket } from "../require-resources.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const DAYS_DEFAULT = 1;

export const handleRestoreObject: Handler<typeof restoreObject> = async (input, context) => {
  const { days = DAYS_DEFAULT, tier, ...id } = input;
  const nowMs = context.now();
  const decide = ({ attributes }: ObjectRecord) => {
    assertRestorable(attributes, days, tier);
    return restoration(attributes, days, nowMs);
  };
  const bucket = await requireBucket(id.bucket, context);
  const object = await changeObject(id, decide, context);
  const { attributes } = object;
  return {
    output: present({
      wasRestored: restoredUntilMs(attributes, nowMs) !== undefined,
      priority: hasTiers(attributes) ? (tier ?? "Standard") : undefined,
      versionId: shownVersionId(object, bucket),
    }),
  };
};

/** A second restoration prolongs the first one, and never shortens it. */
function restoration(attributes: ObjectAttributes, days: number, nowMs: number) {
  // In whole seconds, as the wire writes it.
  const wantedMs = Math.floor((nowMs + days * DAY_MS) / 1000) * 1000;
  const untilMs = Math.max(wantedMs, restoredUntilMs(attributes, nowMs) ?? 0);
  return { standard: { restoredUntil: new Date(untilMs).toISOString() } };
}

/** The class Archive is restored at one speed. */
function hasTiers(attributes: ObjectAttributes): boolean {
  return storageClassOf(attributes) !== "Archive";
}

/**
 * oss2's tests expect MalformedXML for a tier where there is none to choose.
 *
 * @throws {ServiceError} OperationNotSupported, InvalidArgument, MalformedXML
 */
function assertRestorable(attributes: ObjectAttributes, days: number, tier: RestoreTier | undefined): void {
  if (!isArchived(attributes)) {
    throw serviceError("OperationNotSupported", {
      message: "The operation is not supported for this resource.",
      fields: { Detail: "RESTORE operation only support archive or cold archive objects." },
      ec: "0016-00000702",
    });
  }
  if (hasTiers(attributes)) {
    return;
  }
  if (tier !== undefined) {
    throw malformedXml("JobParameters are not for objects of the class Archive.");
  }
  if (days > RESTORE_ARCHIVE_DAYS_MAX) {
    throw invalidArgument({ name: "Days", value: String(days) }, undefined, "0016-00000704");
  }
}

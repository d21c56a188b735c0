// Makes an archived object readable for some days. The class says only that it must be asked for: see archive.ts.
import { invalidArgument, ServiceError } from "../../protocol/errors/service-error.ts";
import { RESTORE_ARCHIVE_DAYS_MAX } from "../../protocol/limits.ts";
import type { restoreObject } from "../../protocol/operations/restore-object.ts";
import type { ObjectAttributes, ObjectRecord } from "../../storage/records.ts";
import { isArchived, restoredUntilMs } from "../archive.ts";
import { changeObject } from "../change-object.ts";
import type { Handler } from "../handler.ts";
import { storageClassOf } from "../object-attributes.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const DAYS_DEFAULT = 1;

export const handleRestoreObject: Handler<typeof restoreObject> = async (input, context) => {
  const { days = DAYS_DEFAULT, tier: _tier, ...id } = input;
  const nowMs = context.now();
  const object = await changeObject(id, (found) => restoration(found, days, nowMs), context);
  return { output: { wasRestored: restoredUntilMs(object.attributes, nowMs) !== undefined } };
};

/** A second restoration prolongs the first one, and never shortens it. */
function restoration({ attributes }: ObjectRecord, days: number, nowMs: number) {
  assertRestorable(attributes, days);
  // In whole seconds, as the wire writes it.
  const wantedMs = Math.floor((nowMs + days * DAY_MS) / 1000) * 1000;
  const untilMs = Math.max(wantedMs, restoredUntilMs(attributes, nowMs) ?? 0);
  return { standard: { restoredUntil: new Date(untilMs).toISOString() } };
}

/** @throws {ServiceError} OperationNotSupported, InvalidArgument */
function assertRestorable(attributes: ObjectAttributes, days: number): void {
  if (!isArchived(attributes)) {
    throw new ServiceError("OperationNotSupported", {
      message: "The operation is not supported for this resource.",
      fields: { Detail: "RESTORE operation only support archive or cold archive objects." },
      ec: "0016-00000702",
    });
  }
  if (storageClassOf(attributes) === "Archive" && days > RESTORE_ARCHIVE_DAYS_MAX) {
    throw invalidArgument({ name: "Days", value: String(days) }, undefined, "0016-00000704");
  }
}

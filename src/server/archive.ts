// Objects of the archive classes: they can be described, but not read until somebody has restored them, and then for
// some days. This store has one kind of disk, so restoring takes no time and only the permission is written down.
import { serviceError } from "../protocol/errors/known-error.ts";
import type { RestoreStatus } from "../protocol/fields/restore-status.ts";
import type { ObjectAttributes, ObjectRecord } from "../storage/records.ts";
import { storageClassOf } from "./object-attributes.ts";

const ARCHIVE_CLASSES: readonly string[] = ["Archive", "ColdArchive", "DeepColdArchive"];

export function isArchived(attributes: ObjectAttributes): boolean {
  return ARCHIVE_CLASSES.includes(storageClassOf(attributes));
}

/** Until when the object is restored, in milliseconds since 1970, or undefined when it is not, or no longer. */
export function restoredUntilMs({ standard }: ObjectAttributes, nowMs: number): number | undefined {
  const untilMs = Date.parse(standard.restoredUntil ?? "");
  return untilMs > nowMs ? untilMs : undefined;
}

/** What `x-oss-restore` says of the object; undefined: nothing. */
export function restoreStatusOf(attributes: ObjectAttributes, nowMs: number): RestoreStatus | undefined {
  const untilMs = isArchived(attributes) ? restoredUntilMs(attributes, nowMs) : undefined;
  return untilMs === undefined ? undefined : { isOngoing: false, expiryDate: new Date(untilMs) };
}

/** @throws {ServiceError} InvalidObjectState for an archived object that is not restored */
export function assertReadable({ key, attributes }: ObjectRecord, nowMs: number): void {
  if (isArchived(attributes) && restoredUntilMs(attributes, nowMs) === undefined) {
    throw serviceError("InvalidObjectState", { fields: { ObjectName: key } });
  }
}

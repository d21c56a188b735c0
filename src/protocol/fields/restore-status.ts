// x-oss-restore: whether an archived object can be read, and until when.
// Source: OSS API, HeadObject.
import { parseTime, toHttpDate } from "../times.ts";
import { present } from "./present.ts";

export interface RestoreStatus {
  /** Not readable yet. */
  readonly isOngoing: boolean;
  /** Until when it can be read, to the second. Absent while it is ongoing. */
  readonly expiryDate?: Date;
}

/** `ongoing-request="false", expiry-date="Sun, 16 Apr 2017 08:12:33 GMT"`. */
export function formatRestoreStatus({ isOngoing, expiryDate }: RestoreStatus): string {
  const expiry = expiryDate === undefined ? "" : `, expiry-date="${toHttpDate(expiryDate)}"`;
  return `ongoing-request="${isOngoing}"${expiry}`;
}

/** What the header says, or undefined when there is none or it says something else. */
export function parseRestoreStatus(text: string | undefined): RestoreStatus | undefined {
  const match = /^ongoing-request="(true|false)"(?:,\s*expiry-date="([^"]*)")?$/.exec(text ?? "");
  if (!match) {
    return undefined;
  }
  return present({ isOngoing: match[1] === "true", expiryDate: parseTime(match[2] ?? "") });
}

// The rules of a bucket's lifecycle, as they are read: each by itself as the service takes it. What they may not be
// together is in `lifecycle-checks.ts`.
// Source: OSS API, PutBucketLifecycle.

import { serviceError } from "../errors/known-error.ts";
import type { ServiceError } from "../errors/service-error.ts";
import { LIFECYCLE_DAYS_MAX, LIFECYCLE_RULE_COUNT_MAX, OBJECT_SIZE_MAX_BYTES } from "../limits.ts";
import { parseTime } from "../times.ts";
import { childrenNamed, type XmlElement } from "../xml/xml-element.ts";
import {
  type DeleteMarkerExpiration,
  type LifecycleDue,
  type LifecycleFilter,
  type LifecycleRule,
  type LifecycleTag,
  type LifecycleTransition,
  type NoncurrentDue,
  type NoncurrentTransition,
  STORAGE_CLASS_LADDER,
} from "./lifecycle-rule.ts";
import { present } from "./present.ts";
import {
  assertKnownChildren,
  badValue,
  onlyChild,
  onlyCount,
  onlyFlag,
  onlyText,
  requiredChildText,
} from "./xml-elements.ts";
import { malformedRequest } from "./xml-message.ts";

const RULE_CHILDREN: readonly string[] = [
  "ID",
  "Prefix",
  "Status",
  "Tag",
  "Expiration",
  "AbortMultipartUpload",
  "Transition",
  "NoncurrentVersionExpiration",
  "NoncurrentVersionTransition",
  "Filter",
];
const DUE_CHILDREN: readonly string[] = ["Days", "CreatedBeforeDate", "Date"];
/** The two last only say how access times count, and nothing without them. */
const ACCESS_TIME_CHILDREN: readonly string[] = ["IsAccessTime", "ReturnToStdWhenVisit", "AllowSmallFile"];

/**
 * The rules of a `LifecycleConfiguration`, each by itself as the service takes it.
 *
 * @throws {ServiceError} MalformedXML, InvalidArgument, InvalidRequest; NotImplemented for rules by access time
 */
export function readLifecycleRules(root: XmlElement): readonly LifecycleRule[] {
  assertKnownChildren(root, ["Rule"]);
  if (root.children.length === 0) {
    throw malformedRequest("LifecycleConfiguration has no Rule.");
  }
  if (root.children.length > LIFECYCLE_RULE_COUNT_MAX) {
    throw badValue("Rule", String(root.children.length));
  }
  return root.children.map(readRule);
}

function readRule(rule: XmlElement): LifecycleRule {
  assertNoAccessTime(rule, "AtimeBase");
  assertKnownChildren(rule, RULE_CHILDREN);
  const status = requiredChildText(rule, "Status").trim();
  if (status !== "Enabled" && status !== "Disabled") {
    throw badValue("Status", status);
  }
  const expiration = onlyChild(rule, "Expiration");
  const abort = onlyChild(rule, "AbortMultipartUpload");
  const noncurrent = onlyChild(rule, "NoncurrentVersionExpiration");
  const filter = onlyChild(rule, "Filter");
  return present({
    // An empty ID is none.
    id: onlyText(rule, "ID") || undefined,
    prefix: onlyText(rule, "Prefix") ?? "",
    status: status as LifecycleRule["status"],
    tags: several(childrenNamed(rule, "Tag").map(readTag)),
    expiration: expiration && readExpiration(expiration),
    abortMultipartUpload: abort && readAbort(abort),
    transitions: several(childrenNamed(rule, "Transition").map(readTransition)),
    noncurrentVersionExpiration: noncurrent && readNoncurrentExpiration(noncurrent),
    noncurrentVersionTransitions: several(
      childrenNamed(rule, "NoncurrentVersionTransition").map(readNoncurrentTransition),
    ),
    filter: filter && readFilter(filter),
  });
}

function several<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length === 0 ? undefined : items;
}

function readTag(tag: XmlElement): LifecycleTag {
  assertKnownChildren(tag, ["Key", "Value"]);
  return { key: requiredChildText(tag, "Key"), value: onlyText(tag, "Value") ?? "" };
}

function readExpiration(expiration: XmlElement): LifecycleDue | DeleteMarkerExpiration {
  assertKnownChildren(expiration, [...DUE_CHILDREN, "ExpiredObjectDeleteMarker"]);
  if (onlyFlag(expiration, "ExpiredObjectDeleteMarker") !== true) {
    return readDue(expiration);
  }
  if (expiration.children.length > 1) {
    throw invalidRequest(
      "ExpiredObjectDeleteMarker cannot be specified with Days, CreatedBeforeDate or Date.",
    );
  }
  return { expiredObjectDeleteMarker: true };
}

function readAbort(abort: XmlElement): LifecycleDue {
  assertKnownChildren(abort, DUE_CHILDREN);
  return readDue(abort);
}

function readTransition(transition: XmlElement): LifecycleTransition {
  assertNoAccessTime(transition, "IsAccessTime");
  assertKnownChildren(transition, [...DUE_CHILDREN, ...ACCESS_TIME_CHILDREN, "StorageClass"]);
  return { ...readDue(transition), storageClass: readStorageClass(transition) };
}

function readNoncurrentExpiration(expiration: XmlElement): NoncurrentDue {
  assertKnownChildren(expiration, ["NoncurrentDays"]);
  return { noncurrentDays: readNoncurrentDays(expiration) };
}

function readNoncurrentTransition(transition: XmlElement): NoncurrentTransition {
  assertNoAccessTime(transition, "IsAccessTime");
  assertKnownChildren(transition, [...ACCESS_TIME_CHILDREN, "NoncurrentDays", "StorageClass"]);
  return { noncurrentDays: readNoncurrentDays(transition), storageClass: readStorageClass(transition) };
}

function readNoncurrentDays(parent: XmlElement): number {
  const days = onlyCount(parent, "NoncurrentDays", { min: 1, max: LIFECYCLE_DAYS_MAX });
  if (days === undefined) {
    throw malformedRequest(`${parent.name} has no NoncurrentDays.`);
  }
  return days;
}

function readDue(parent: XmlElement): LifecycleDue {
  const given = parent.children.filter(({ name }) => DUE_CHILDREN.includes(name));
  if (given.length > 1) {
    throw invalidRequest(`${parent.name} must have one of Days, CreatedBeforeDate and Date.`);
  }
  const days = onlyCount(parent, "Days", { min: 1, max: LIFECYCLE_DAYS_MAX });
  const createdBeforeDate = readMidnight(parent, "CreatedBeforeDate");
  const date = readMidnight(parent, "Date");
  if (days !== undefined) {
    return { days };
  }
  if (createdBeforeDate !== undefined) {
    return { createdBeforeDate };
  }
  if (date !== undefined) {
    return { date };
  }
  throw invalidRequest(
    `${parent.name} must have Days or CreatedBeforeDate.`,
    parent.name === "Expiration" ? "0014-00000060" : undefined,
  );
}

/** Only a midnight of UTC counts as a date. */
function readMidnight(parent: XmlElement, name: string): string | undefined {
  const text = onlyText(parent, name)?.trim();
  if (text === undefined) {
    return undefined;
  }
  const isMidnight = /^\d{4}-\d\d-\d\dT00:00:00\.000Z$/.test(text);
  if (!isMidnight || parseTime(text)?.toISOString() !== text) {
    throw badValue(name, text);
  }
  return text;
}

function readStorageClass(transition: XmlElement): string {
  const storageClass = requiredChildText(transition, "StorageClass").trim();
  // Nothing gets warmer by a rule, so the first step is no target.
  if (!STORAGE_CLASS_LADDER.slice(1).includes(storageClass)) {
    throw badValue("StorageClass", storageClass);
  }
  return storageClass;
}

function readFilter(filter: XmlElement): LifecycleFilter {
  assertKnownChildren(filter, ["Not", "ObjectSizeGreaterThan", "ObjectSizeLessThan"]);
  const size = { min: 0, max: OBJECT_SIZE_MAX_BYTES };
  const not = onlyChild(filter, "Not");
  return present({
    not: not && readNot(not),
    objectSizeGreaterThan: onlyCount(filter, "ObjectSizeGreaterThan", size),
    objectSizeLessThan: onlyCount(filter, "ObjectSizeLessThan", size),
  });
}

function readNot(not: XmlElement): NonNullable<LifecycleFilter["not"]> {
  assertKnownChildren(not, ["Prefix", "Tag"]);
  const tag = onlyChild(not, "Tag");
  return present({ prefix: requiredChildText(not, "Prefix"), tag: tag && readTag(tag) });
}

/** No access times are kept, so a rule that counts from them would never act, or act wrongly. */
function assertNoAccessTime(parent: XmlElement, name: "AtimeBase" | "IsAccessTime"): void {
  const isAsked = name === "IsAccessTime" ? onlyFlag(parent, name) : onlyChild(parent, name) !== undefined;
  if (isAsked) {
    throw serviceError("NotImplemented", { fields: { Header: name } });
  }
}

function invalidRequest(message: string, ec?: string): ServiceError {
  return serviceError("InvalidRequest", { message, ...(ec === undefined ? {} : { ec }) });
}

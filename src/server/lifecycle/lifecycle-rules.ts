// What lifecycle rules ask for, at a moment: for one open upload, one object, one noncurrent version, one delete marker.
// Pure; `run-lifecycle.ts` acts. Of several rules about one object each counts: deletion goes before a change of class,
// and the coldest class before the others. So what is asked for never goes back as time passes.
//
// Days are counted whole: something is due at the first midnight of UTC at which its days have passed, which is when the
// service begins its daily run. A date needs no wait.
// Source: OSS, Lifecycle rules based on the last modified time.
import type {
  LifecycleDue,
  LifecycleRule,
  LifecycleTag,
  StorageClassChange,
} from "../../protocol/fields/lifecycle-rule.ts";
import { coldnessOf } from "../../protocol/fields/lifecycle-rule.ts";
import type { ObjectType } from "../../storage/records.ts";

export type LifecycleVerdict =
  | { readonly action: "change-storage-class"; readonly storageClass: string }
  | { readonly action: "delete" }
  | { readonly action: "keep" };

export interface LifecycleObject {
  readonly key: string;
  readonly type: ObjectType;
  readonly sizeBytes: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly storageClass: string;
  readonly modifiedAtMs: number;
}

const DAY_MS = 86_400_000;
const KEEP: LifecycleVerdict = { action: "keep" };
const DELETE: LifecycleVerdict = { action: "delete" };

/** An appendable object gets no colder than this; a symbolic link has no class of its own. Source: as above. */
const APPENDABLE_COLDEST = "Archive";

export function verdictOnUpload(
  rules: readonly LifecycleRule[],
  upload: { readonly key: string; readonly initiatedAtMs: number },
  nowMs: number,
): LifecycleVerdict {
  const isDue = enabled(rules).some(
    ({ prefix, abortMultipartUpload: due }) =>
      due !== undefined &&
      upload.key.startsWith(prefix) &&
      isDueAt(due, { sinceMs: upload.initiatedAtMs, nowMs }),
  );
  return isDue ? DELETE : KEEP;
}

/** Of the current version, or of an object without versions. */
export function verdictOnObject(
  rules: readonly LifecycleRule[],
  object: LifecycleObject,
  nowMs: number,
): LifecycleVerdict {
  const period = { sinceMs: object.modifiedAtMs, nowMs };
  const matching = enabled(rules).filter((rule) => isAbout(rule, object));
  const isExpired = matching.some(
    ({ expiration }) =>
      expiration !== undefined && !("expiredObjectDeleteMarker" in expiration) && isDueAt(expiration, period),
  );
  if (isExpired) {
    return DELETE;
  }
  const due = matching.flatMap(({ transitions = [] }) => transitions.filter((each) => isDueAt(each, period)));
  return coldestChange(due, object);
}

/** @param becameNoncurrentAtMs  when a newer version took its place */
export function verdictOnNoncurrentObject(
  rules: readonly LifecycleRule[],
  object: LifecycleObject & { readonly becameNoncurrentAtMs: number },
  nowMs: number,
): LifecycleVerdict {
  const period = { sinceMs: object.becameNoncurrentAtMs, nowMs };
  const matching = enabled(rules).filter((rule) => isAbout(rule, object));
  if (matching.some((rule) => isNoncurrentExpired(rule, period))) {
    return DELETE;
  }
  const due = matching.flatMap(({ noncurrentVersionTransitions = [] }) =>
    noncurrentVersionTransitions.filter(({ noncurrentDays: days }) => isDueAt({ days }, period)),
  );
  return coldestChange(due, object);
}

/** A delete marker behind a newer version goes as a noncurrent version does. It has neither tags nor a size. */
export function verdictOnNoncurrentMarker(
  rules: readonly LifecycleRule[],
  marker: { readonly key: string; readonly becameNoncurrentAtMs: number },
  nowMs: number,
): LifecycleVerdict {
  const period = { sinceMs: marker.becameNoncurrentAtMs, nowMs };
  const isDue = enabled(rules).some(
    (rule) => isAboutMarker(rule, marker.key) && isNoncurrentExpired(rule, period),
  );
  return isDue ? DELETE : KEEP;
}

/** A delete marker with nothing behind it says only what its absence says too. */
export function verdictOnExpiredMarker(
  rules: readonly LifecycleRule[],
  marker: { readonly key: string },
): LifecycleVerdict {
  const isDue = enabled(rules).some(
    (rule) =>
      rule.expiration !== undefined &&
      "expiredObjectDeleteMarker" in rule.expiration &&
      isAboutMarker(rule, marker.key),
  );
  return isDue ? DELETE : KEEP;
}

function enabled(rules: readonly LifecycleRule[]): readonly LifecycleRule[] {
  return rules.filter(({ status }) => status === "Enabled");
}

interface Period {
  readonly sinceMs: number;
  readonly nowMs: number;
}

function isDueAt(due: LifecycleDue, { sinceMs, nowMs }: Period): boolean {
  if ("days" in due) {
    return nowMs >= Math.ceil((sinceMs + due.days * DAY_MS) / DAY_MS) * DAY_MS;
  }
  return "date" in due ? nowMs >= Date.parse(due.date) : sinceMs < Date.parse(due.createdBeforeDate);
}

function isNoncurrentExpired({ noncurrentVersionExpiration }: LifecycleRule, period: Period): boolean {
  return (
    noncurrentVersionExpiration !== undefined &&
    isDueAt({ days: noncurrentVersionExpiration.noncurrentDays }, period)
  );
}

function isAbout({ prefix, tags = [], filter = {} }: LifecycleRule, object: LifecycleObject): boolean {
  const { not, objectSizeGreaterThan, objectSizeLessThan } = filter;
  const isExcluded =
    not !== undefined &&
    object.key.startsWith(not.prefix) &&
    (not.tag === undefined || hasTag(object, not.tag));
  return (
    !isExcluded &&
    object.key.startsWith(prefix) &&
    tags.every((tag) => hasTag(object, tag)) &&
    (objectSizeGreaterThan === undefined || object.sizeBytes > objectSizeGreaterThan) &&
    (objectSizeLessThan === undefined || object.sizeBytes < objectSizeLessThan)
  );
}

function isAboutMarker({ prefix, tags = [], filter = {} }: LifecycleRule, key: string): boolean {
  const { not, objectSizeGreaterThan, objectSizeLessThan } = filter;
  const isExcluded = not !== undefined && not.tag === undefined && key.startsWith(not.prefix);
  const asksForSize = objectSizeGreaterThan !== undefined || objectSizeLessThan !== undefined;
  return key.startsWith(prefix) && tags.length === 0 && !asksForSize && !isExcluded;
}

function hasTag({ tags }: LifecycleObject, { key, value }: LifecycleTag): boolean {
  return Object.hasOwn(tags, key) && tags[key] === value;
}

function coldestChange(due: readonly StorageClassChange[], object: LifecycleObject): LifecycleVerdict {
  const [coldest] = due
    .map(({ storageClass }) => storageClass)
    .filter((storageClass) => canGetTo(storageClass, object))
    .toSorted((left, right) => coldnessOf(right) - coldnessOf(left));
  return coldest === undefined ? KEEP : { action: "change-storage-class", storageClass: coldest };
}

function canGetTo(target: string, { type, storageClass }: LifecycleObject): boolean {
  if (type === "Symlink") {
    return false;
  }
  const isTooCold = type === "Appendable" && coldnessOf(target) > coldnessOf(APPENDABLE_COLDEST);
  return !isTooCold && coldnessOf(target) > coldnessOf(storageClass);
}

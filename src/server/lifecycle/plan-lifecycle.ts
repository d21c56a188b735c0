// From what lifecycle rules ask for to what a store is told: each deletion and change names the generation that the
// verdict was about, so that an object which was overwritten in between is never lost.
import type { LifecycleRule } from "../../protocol/fields/lifecycle-rule.ts";
import type { Deletion } from "../../storage/metadata-store.ts";
import type { ObjectId, ObjectRecord } from "../../storage/records.ts";
import { storageClassOf } from "../object-attributes.ts";
import {
  type LifecycleObject,
  type LifecycleVerdict,
  verdictOnExpiredMarker,
  verdictOnNoncurrentMarker,
  verdictOnNoncurrentObject,
  verdictOnObject,
} from "./lifecycle-rules.ts";
import type { LifecycleSubject } from "./version-walk.ts";

export interface StorageClassChangeAct {
  readonly object: ObjectId;
  readonly generation: number;
  readonly storageClass: string;
}

export type LifecycleAct =
  | { readonly type: "change"; readonly change: StorageClassChangeAct }
  | { readonly type: "delete"; readonly deletion: Deletion };

/** What is to be done with `subject`, or undefined. */
export function actOn(
  subject: LifecycleSubject,
  rules: readonly LifecycleRule[],
  nowMs: number,
): LifecycleAct | undefined {
  const { version } = subject;
  const { bucket, key, versionId, generation } = version;
  const verdict = verdictOn(subject, rules, nowMs);
  switch (verdict.action) {
    case "keep":
      return undefined;
    case "change-storage-class": {
      const object = { bucket, key, versionId };
      return { type: "change", change: { object, generation, storageClass: verdict.storageClass } };
    }
    case "delete":
      // Without a version, a current object becomes noncurrent where the bucket has versions, as with any DeleteObject.
      return {
        type: "delete",
        deletion: { key, generation, ...(subject.kind === "current-object" ? {} : { versionId }) },
      };
  }
}

function verdictOn(
  subject: LifecycleSubject,
  rules: readonly LifecycleRule[],
  nowMs: number,
): LifecycleVerdict {
  switch (subject.kind) {
    case "current-object":
      return verdictOnObject(rules, lifecycleObject(subject.version), nowMs);
    case "expired-marker":
      return verdictOnExpiredMarker(rules, subject.version);
    case "noncurrent-marker": {
      const { key } = subject.version;
      const { becameNoncurrentAtMs } = subject;
      return verdictOnNoncurrentMarker(rules, { key, becameNoncurrentAtMs }, nowMs);
    }
    case "noncurrent-object": {
      const { becameNoncurrentAtMs } = subject;
      const object = { ...lifecycleObject(subject.version), becameNoncurrentAtMs };
      return verdictOnNoncurrentObject(rules, object, nowMs);
    }
  }
}

function lifecycleObject({ key, type, sizeBytes, attributes, modifiedAtMs }: ObjectRecord): LifecycleObject {
  const storageClass = storageClassOf(attributes);
  return { key, type, sizeBytes, tags: attributes.tags, storageClass, modifiedAtMs };
}

/** The prefixes that together hold every key that a rule is about, none of them within another. */
export function coveringPrefixes(rules: readonly LifecycleRule[]): readonly string[] {
  const prefixes = [...new Set(rules.map(({ prefix }) => prefix))].sort();
  return prefixes.filter((prefix) => !prefixes.some((other) => other !== prefix && prefix.startsWith(other)));
}

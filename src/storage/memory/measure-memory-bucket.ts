// What a bucket in memory holds, counted when somebody asks.
import { compareKeys } from "../key-order.ts";
import type { HeldByBucket } from "../metadata-store.ts";
import type { ObjectAttributes } from "../records.ts";
import type { MemoryBucket } from "./memory-bucket.ts";

export function measureMemoryBucket(bucket: MemoryBucket): HeldByBucket {
  const versions = bucket.allVersions().flatMap((all) => all.map(({ version }) => version));
  const objects = versions.filter((version) => version.type !== "DeleteMarker");
  const uploads = [...bucket.uploads.values()];
  return {
    deleteMarkerCount: versions.length - objects.length,
    objects: byStorageClass(objects, ({ attributes }) => attributes).map(([named, ofClass]) => ({
      ...named,
      objectCount: ofClass.length,
      sizeBytes: sum(ofClass.map(({ sizeBytes }) => sizeBytes)),
    })),
    uploads: byStorageClass(uploads, ({ record }) => record.attributes).map(([named, ofClass]) => ({
      ...named,
      uploadCount: ofClass.length,
      partCount: sum(ofClass.map(({ held }) => held.partCount)),
      heldBytes: sum(ofClass.map(({ held }) => held.heldBytes)),
    })),
  };
}

/** In the order of the classes' names; what names none comes first. */
function byStorageClass<Entry>(
  entries: readonly Entry[],
  attributesOf: (entry: Entry) => ObjectAttributes,
): readonly (readonly [{ readonly storageClass?: string }, readonly Entry[]])[] {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const { storageClass = "" } = attributesOf(entry).standard;
    const ofClass = groups.get(storageClass) ?? [];
    ofClass.push(entry);
    groups.set(storageClass, ofClass);
  }
  return [...groups]
    .sort(([first], [second]) => compareKeys(first, second))
    .map(([storageClass, ofClass]) => [storageClass === "" ? {} : { storageClass }, ofClass]);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

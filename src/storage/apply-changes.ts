// What a change makes of a record: what it does not name stays.
import type { AttributesChange, BucketChange, BucketRecord, ObjectAttributes } from "./records.ts";

export function changedBucket(bucket: BucketRecord, change: BucketChange): BucketRecord {
  const { configurations, ...rest } = change;
  return { ...bucket, ...rest, configurations: withChanges(bucket.configurations, configurations) };
}

export function changedAttributes(attributes: ObjectAttributes, change: AttributesChange): ObjectAttributes {
  const { standard, ...rest } = change;
  return { ...attributes, ...rest, standard: withChanges(attributes.standard, standard) };
}

/** A value of null removes its name. */
function withChanges(
  texts: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string | null>> = {},
): Readonly<Record<string, string>> {
  const merged = Object.entries({ ...texts, ...changes });
  return Object.fromEntries(merged.filter((entry): entry is [string, string] => entry[1] !== null));
}

// One rule of a bucket's lifecycle: what it is about, and what becomes of that when. Plain data, so that it can be kept
// as JSON. `lifecycle-document.ts` writes it, `read-lifecycle-rules.ts` reads it, `lifecycle-checks.ts` says what the
// service takes.
// Source: OSS API, PutBucketLifecycle.

export interface LifecycleRule {
  /** 1 to 255 bytes, unique in its bucket. Absent in a request: the service makes one up. */
  readonly id?: string;
  /** Of the keys that the rule is about; "" for all. */
  readonly prefix: string;
  readonly status: "Disabled" | "Enabled";
  /** An object must have all of them. */
  readonly tags?: readonly LifecycleTag[];
  readonly expiration?: LifecycleDue | DeleteMarkerExpiration;
  readonly abortMultipartUpload?: LifecycleDue;
  readonly transitions?: readonly LifecycleTransition[];
  readonly noncurrentVersionExpiration?: NoncurrentDue;
  readonly noncurrentVersionTransitions?: readonly NoncurrentTransition[];
  readonly filter?: LifecycleFilter;
}

export interface LifecycleTag {
  readonly key: string;
  readonly value: string;
}

/** When something is due, one of three. A date is a midnight of UTC, written `2002-10-11T00:00:00.000Z`. */
export type LifecycleDue =
  /** So many days after it was last modified, or an upload begun. */
  | { readonly days: number }
  /** At once, if it was last modified, or begun, before this date. */
  | { readonly createdBeforeDate: string }
  /** From this date on, however old it is. */
  | { readonly date: string };

/** Delete markers that have no version left behind them go at once. */
export interface DeleteMarkerExpiration {
  readonly expiredObjectDeleteMarker: true;
}

export interface NoncurrentDue {
  /** Since a newer version took its place. */
  readonly noncurrentDays: number;
}

export interface StorageClassChange {
  readonly storageClass: string;
}

export type LifecycleTransition = LifecycleDue & StorageClassChange;

export type NoncurrentTransition = NoncurrentDue & StorageClassChange;

export interface LifecycleFilter {
  /** What the rule is not about. */
  readonly not?: { readonly prefix: string; readonly tag?: LifecycleTag };
  /** Exclusive. */
  readonly objectSizeGreaterThan?: number;
  /** Exclusive. */
  readonly objectSizeLessThan?: number;
}

/** From the warmest to the coldest: a rule moves objects only towards the end. */
export const STORAGE_CLASS_LADDER: readonly string[] = [
  "Standard",
  "IA",
  "Archive",
  "ColdArchive",
  "DeepColdArchive",
];

/** How cold a storage class is; one that is not on the ladder counts as the first. */
export function coldnessOf(storageClass: string): number {
  return Math.max(0, STORAGE_CLASS_LADDER.indexOf(storageClass));
}

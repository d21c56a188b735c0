// Walks through the versions of a bucket, as they are listed, and says what each is to a lifecycle rule. A version became
// noncurrent when the next newer one came, which stands right before it; a delete marker is expired when nothing of its
// key stands behind it. Both neighbours may be on another page.
//
// Where the next newer version has been deleted or, under suspended versioning, replaced, the one after it counts: a
// version is kept too long rather than too short.
import type { ListedVersion } from "../../storage/metadata-store.ts";
import type { DeleteMarkerRecord, ObjectRecord } from "../../storage/records.ts";

export type LifecycleSubject =
  | { readonly kind: "current-object"; readonly version: ObjectRecord }
  | { readonly kind: "expired-marker"; readonly version: DeleteMarkerRecord }
  | {
      readonly kind: "noncurrent-marker";
      readonly version: DeleteMarkerRecord;
      readonly becameNoncurrentAtMs: number;
    }
  | {
      readonly kind: "noncurrent-object";
      readonly version: ObjectRecord;
      readonly becameNoncurrentAtMs: number;
    };

export class VersionWalk {
  #previous: ListedVersion | undefined;

  /** The subjects on the next page; a delete marker at its end comes with the page after it, or with `end`. */
  next(page: readonly ListedVersion[]): readonly LifecycleSubject[] {
    return page.flatMap((listed) => {
      const before = this.#previous;
      this.#previous = listed;
      const isSameKey = before?.version.key === listed.version.key;
      return [
        ...(isSameKey ? [] : expiredMarker(before)),
        ...subjectOf(listed, isSameKey ? before : undefined),
      ];
    });
  }

  /** What is left when there is no further page. */
  end(): readonly LifecycleSubject[] {
    const last = this.#previous;
    this.#previous = undefined;
    return expiredMarker(last);
  }
}

function expiredMarker(last: ListedVersion | undefined): readonly LifecycleSubject[] {
  return last?.isLatest && last.version.type === "DeleteMarker"
    ? [{ kind: "expired-marker", version: last.version }]
    : [];
}

function subjectOf(
  { version, isLatest }: ListedVersion,
  newer: ListedVersion | undefined,
): readonly LifecycleSubject[] {
  if (isLatest) {
    return version.type === "DeleteMarker" ? [] : [{ kind: "current-object", version }];
  }
  if (newer === undefined || newer.version.generation < version.generation) {
    // The newer one went between two pages, or the page before ended at the version `null` and another one was put under
    // that id, so that the versions in front of it come once more. The next run sees this version behind another.
    return [];
  }
  const becameNoncurrentAtMs = newer.version.modifiedAtMs;
  return version.type === "DeleteMarker"
    ? [{ kind: "noncurrent-marker", version, becameNoncurrentAtMs }]
    : [{ kind: "noncurrent-object", version, becameNoncurrentAtMs }];
}

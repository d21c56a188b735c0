// What a key becomes when something is published or deleted under it: law 8 of the port, as pure functions, so that every
// adapter decides alike.
import type { Deletion } from "./metadata-store.ts";
import type { BucketRecord } from "./records.ts";
import { objectExists, rightsChanged } from "./refusals.ts";
import { areRightsAsSeen, type CurrentRights, type SeenRights } from "./seen-rights.ts";
import { NULL_VERSION_ID, versionIdOf } from "./version-ids.ts";

export type Versioning = BucketRecord["versioning"];

/** A key of a bucket that is there. */
export interface PublicationTarget {
  readonly bucket: string;
  readonly key: string;
  readonly versioning: Versioning;
  /** Whether the key has a current version, be it a delete marker. Asked only where it decides. */
  isTaken(): boolean;
  /** Who may write there. Asked only where it decides. */
  rights(): CurrentRights;
}

export interface PublicationPlan {
  /** What the new version is called. */
  readonly versionId: string;
  /** What becomes of the version that was current. */
  readonly current: "absent" | "dropped" | "noncurrent";
  /** Whether an older version has the name of the new one, and is dropped for it. */
  readonly dropsOlderOfSameName: boolean;
}

/** @throws {StorageError} rights-changed, object-exists */
export function assertMayPublish(
  { bucket, key, versioning, isTaken, rights }: PublicationTarget,
  {
    forbidOverwrite,
    onlyWhile,
  }: { readonly forbidOverwrite: boolean; readonly onlyWhile?: SeenRights | undefined },
): void {
  assertRights({ bucket, key, rights }, onlyWhile);
  if (forbidOverwrite && versioning === undefined && isTaken()) {
    throw objectExists(bucket, key);
  }
}

/** @throws {StorageError} rights-changed */
export function assertRights(
  { bucket, key, rights }: Pick<PublicationTarget, "bucket" | "key" | "rights">,
  seen: SeenRights | undefined,
): void {
  if (seen !== undefined && !areRightsAsSeen(seen, rights())) {
    throw rightsChanged(bucket, key);
  }
}

/**
 * An object or a delete marker in front of what the key has.
 *
 * @param currentVersionId  of the version that is current, absent when there is none
 * @param generation        of the new version
 */
export function planPublication(
  versioning: Versioning,
  currentVersionId: string | undefined,
  generation: number,
): PublicationPlan {
  const isNull = versioning !== "Enabled";
  const versionId = isNull ? NULL_VERSION_ID : versionIdOf(generation);
  if (currentVersionId === undefined) {
    return { versionId, current: "absent", dropsOlderOfSameName: false };
  }
  if (currentVersionId === versionId) {
    return { versionId, current: "dropped", dropsOlderOfSameName: false };
  }
  return { versionId, current: "noncurrent", dropsOlderOfSameName: isNull };
}

/**
 * What a deletion does: nothing, a delete marker in front, or the removal of the version that it found.
 *
 * @param there  the version that is named, or the current one when none is
 */
export function planDeletion(
  { versionId, generation }: Deletion,
  versioning: Versioning,
  there: { readonly generation: number } | undefined,
): "mark" | "nothing" | "remove" {
  if (generation !== undefined && generation !== there?.generation) {
    return "nothing";
  }
  if (versionId === undefined && versioning !== undefined) {
    return "mark";
  }
  return there === undefined ? "nothing" : "remove";
}

// Who may write changes in the same order as what is written: whoever was told that a bucket is private now finds nothing
// in it afterwards that was let in before. So what a permission came from is compared in the transaction that publishes.
import type { BucketRecord, VersionRecord } from "./records.ts";

/** What a permission to write under a key was seen to come from. */
export interface SeenRights {
  /** Of the bucket, by name; null: it had none. Those that are not named do not count. */
  readonly configurations: Readonly<Record<string, string | null>>;
  /** Absent where no ACL counted. */
  readonly acls?: {
    readonly bucket: string;
    /** Of the key's current version; absent: it had none of its own, or was not there. */
    readonly object?: string;
  };
}

export interface CurrentRights {
  readonly bucket: Pick<BucketRecord, "acl" | "configurations"> | undefined;
  readonly current: VersionRecord | undefined;
}

/** Whether what was seen still holds. */
export function areRightsAsSeen(
  { configurations, acls }: SeenRights,
  { bucket, current }: CurrentRights,
): boolean {
  const areConfigurationsSame = Object.entries(configurations).every(
    ([name, text]) => (bucket?.configurations[name] ?? null) === text,
  );
  const object = current?.type === "DeleteMarker" ? undefined : current;
  const areAclsSame =
    acls === undefined ||
    decidingAcl(acls) === decidingAcl({ bucket: bucket?.acl, object: object?.attributes.acl });
  return areConfigurationsSame && areAclsSame;
}

/** An object without an ACL of its own, or with the one named "default", is as open as its bucket. */
function decidingAcl({
  bucket,
  object,
}: {
  readonly bucket?: string | undefined;
  readonly object?: string | undefined;
}) {
  return object === undefined || object === "default" ? bucket : object;
}

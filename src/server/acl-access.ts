// What an ACL grants, and it grants to everybody, also without a signature: to read, or to read and write.
// Source: OSS, bucket ACLs and object ACLs.
import type { Access } from "./access.ts";

export type Need = "read" | "write";

export type AclVerdict = "allowed" | "denied" | "denied-by-bucket-acl" | "denied-by-object-acl";

export interface Acls {
  /** Absent when there is no such bucket. */
  readonly bucket?: string;
  /** Absent when the object is not there or has none of its own. */
  readonly object?: string;
}

/** What an access needs of an ACL, and of whose. What stands in neither table is the owner's alone. */
const NEEDS_OF_OBJECTS: ReadonlyMap<string, Need> = new Map([
  ["oss:GetObject", "read"],
  ["oss:GetObjectVersion", "read"],
  ["oss:PutObject", "write"],
  ["oss:DeleteObject", "write"],
  ["oss:AbortMultipartUpload", "write"],
  ["oss:ListParts", "write"],
]);
const NEEDS_OF_BUCKETS: ReadonlyMap<string, Need> = new Map([
  ["oss:ListObjects", "read"],
  ["oss:ListMultipartUploads", "write"],
]);

/**
 * Undefined: no ACL grants it. To delete many objects is no access to one, so it is not granted either; nor is it to
 * delete a version, which is gone for good.
 */
export function needOf({ permission, key }: Access): Need | undefined {
  return (key === undefined ? NEEDS_OF_BUCKETS : NEEDS_OF_OBJECTS).get(permission);
}

/** Whether everybody may do this. Where an object has an ACL of its own, the bucket's does not count. */
export function decideByAcl(access: Access, { bucket, object }: Acls): AclVerdict {
  const need = needOf(access);
  if (need === undefined) {
    return "denied";
  }
  const granted = access.key === undefined ? bucket : (object ?? bucket);
  const isGranted = granted === "public-read-write" || (granted === "public-read" && need === "read");
  if (isGranted) {
    return "allowed";
  }
  return access.key !== undefined && object !== undefined ? "denied-by-object-acl" : "denied-by-bucket-acl";
}

// What may be done without a signature: only what an ACL grants to everybody, which is to read, or to read and write.
// Source: OSS, bucket ACLs and object ACLs.
import type { Access } from "./access.ts";

export type Need = "read" | "write";

export type AnonymousVerdict = "allowed" | "denied" | "denied-by-bucket-acl" | "denied-by-object-acl";

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

/**
 * Whether everybody may do this.
 *
 * @param acls  of the bucket, absent when there is none; of the object, absent when it is not there or has none of its
 *   own. Where it has one, the bucket's does not count
 */
export function decideAnonymous(
  access: Access,
  { bucket, object }: { readonly bucket?: string; readonly object?: string },
): AnonymousVerdict {
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

// What a block of public access does: what would let everybody into the bucket counts for nothing, and nothing of the kind
// can be set. What was set before counts again when the block goes.
//
// Statements of the bucket's policy that let everybody in are left out where it is read (policy/bucket-policy-of.ts).
// Source: OSS, block public access; the words are those that people who met them have published, and so is the EC.
import { serviceError } from "../../protocol/errors/known-error.ts";
import type { ServiceError } from "../../protocol/errors/service-error.ts";
import type { BucketRecord } from "../../storage/records.ts";
import type { Access } from "../access.ts";
import type { Acls } from "../acl-access.ts";
import { configurationOf } from "../bucket-configurations.ts";
import type { Facts } from "../policy/policy.ts";

export function isPublicAccessBlocked(bucket: BucketRecord): boolean {
  return configurationOf(bucket, "publicAccessBlock")?.blockPublicAccess ?? false;
}

/** The ACLs that count. */
export function countingAcls(acls: Acls, bucket: BucketRecord): Acls {
  return isPublicAccessBlocked(bucket) ? aclsBehindBlock(acls) : acls;
}

/** Behind a block everything is private, whoever comes: an ACL has nothing to say of single users. */
export function aclsBehindBlock({ bucket, object }: Acls): Acls {
  return {
    ...(bucket === undefined ? {} : { bucket: "private" }),
    ...(object === undefined ? {} : { object: "private" }),
  };
}

interface SetAcl {
  /** What says which. */
  readonly fact: string;
  readonly of: string;
  readonly ec?: string;
}

const BUCKET_ACL: SetAcl = { fact: "oss:x-oss-acl", of: "bucket acl" };
const OBJECT_ACL: SetAcl = { fact: "oss:x-oss-object-acl", of: "object acl", ec: "0016-00000901" };

/** What sets an ACL, by the permission that it needs: calls of their own, and headers of others. */
const ACLS_BY_PERMISSION: ReadonlyMap<string, SetAcl> = new Map([
  ["oss:PutBucket", BUCKET_ACL],
  ["oss:PutBucketAcl", BUCKET_ACL],
  ["oss:PutObjectAcl", OBJECT_ACL],
]);

/** @throws {ServiceError} AccessDenied when it would make something in a blocked bucket public */
export function assertNotMadePublic(
  { permission }: Access,
  facts: Facts,
  bucket: BucketRecord | undefined,
): void {
  const acl = ACLS_BY_PERMISSION.get(permission);
  if (acl === undefined || bucket === undefined || !isPublicAccessBlocked(bucket)) {
    return;
  }
  if (facts.get(acl.fact)?.startsWith("public-") === true) {
    throw madePublic(acl.of, acl.ec);
  }
}

/** The refusal of a policy that lets everybody into a blocked bucket. */
export function policyMadePublic(): ServiceError {
  return madePublic("bucket policy");
}

function madePublic(what: string, ec?: string): ServiceError {
  const message = `Put public ${what} is not allowed`;
  return serviceError("AccessDenied", { message, ...(ec === undefined ? {} : { ec }) });
}

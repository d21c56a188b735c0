// ACLs of one word: who may read and write a bucket, or an object.
import type { Dialect } from "../dialects/dialect.ts";
import { serviceError } from "../errors/known-error.ts";
import { invalidArgument } from "../errors/service-error.ts";
import type { Headers } from "../http-message.ts";
import { presentHeaders } from "./present.ts";

export type BucketAcl = "private" | "public-read" | "public-read-write";
/** `default`: whatever the bucket says. */
export type ObjectAcl = BucketAcl | "default";

const BUCKET_ACLS: readonly string[] = ["private", "public-read", "public-read-write"] satisfies BucketAcl[];
const OBJECT_ACLS: readonly string[] = ["default", ...BUCKET_ACLS];

/** `x-oss-acl`, absent for undefined. */
export function encodeBucketAcl(acl: BucketAcl | undefined, dialect: Dialect): Headers {
  return presentHeaders({ [bucketAclHeader(dialect)]: acl });
}

/** @throws {ServiceError} InvalidArgument */
export function decodeBucketAcl(headers: Headers, dialect: Dialect): BucketAcl | undefined {
  const name = bucketAclHeader(dialect);
  const value = headers[name];
  if (value !== undefined && !BUCKET_ACLS.includes(value)) {
    throw invalidArgument({ name, value }, "no such bucket access control exists");
  }
  return value as BucketAcl | undefined;
}

/** `x-oss-object-acl`, absent for undefined. */
export function encodeObjectAcl(objectAcl: ObjectAcl | undefined, dialect: Dialect): Headers {
  return presentHeaders({ [objectAclHeader(dialect)]: objectAcl });
}

/** @throws {ServiceError} InvalidArgument */
export function decodeObjectAcl(headers: Headers, dialect: Dialect): ObjectAcl | undefined {
  const name = objectAclHeader(dialect);
  const value = headers[name];
  if (value !== undefined && !OBJECT_ACLS.includes(value)) {
    throw invalidArgument({ name, value }, "no such object access control exists");
  }
  return value as ObjectAcl | undefined;
}

/** @throws {ServiceError} MissingArgument where a request must name an ACL and has none */
export function requiredAcl<Acl>(acl: Acl | undefined, header: string): Acl {
  if (acl === undefined) {
    throw serviceError("MissingArgument", { fields: { ArgumentName: header } });
  }
  return acl;
}

export function bucketAclHeader(dialect: Dialect): string {
  return `${dialect.headerPrefix}acl`;
}

export function objectAclHeader(dialect: Dialect): string {
  return `${dialect.headerPrefix}object-acl`;
}

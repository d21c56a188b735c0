// ACLs of one word: who may read and write a bucket, or an object.
import type { Dialect } from "../dialects/dialect.ts";
import { invalidArgument } from "../errors/service-error.ts";
import type { Headers } from "../http-message.ts";
import { presentHeaders } from "./present.ts";

export type BucketAcl = "private" | "public-read" | "public-read-write";
/** `default`: whatever the bucket says. */
export type ObjectAcl = BucketAcl | "default";

const BUCKET_ACLS: readonly string[] = ["private", "public-read", "public-read-write"] satisfies BucketAcl[];
const OBJECT_ACLS: readonly string[] = ["default", ...BUCKET_ACLS];

/**
 * @param name  the header that carried it, for the error
 * @throws {ServiceError} InvalidArgument
 */
export function parseBucketAcl(name: string, value: string | undefined): BucketAcl | undefined {
  if (value !== undefined && !BUCKET_ACLS.includes(value)) {
    throw invalidArgument({ name, value }, "no such bucket access control exists");
  }
  return value as BucketAcl | undefined;
}

/**
 * A bucket's words, or `default`: whatever the bucket says.
 *
 * @param name  the header that carried it, for the error
 * @throws {ServiceError} InvalidArgument
 */
export function parseObjectAcl(name: string, value: string | undefined): string | undefined {
  if (value !== undefined && !OBJECT_ACLS.includes(value)) {
    throw invalidArgument({ name, value }, "no such object access control exists");
  }
  return value;
}

/** `x-oss-object-acl`, absent for undefined. */
export function encodeObjectAcl(objectAcl: ObjectAcl | undefined, dialect: Dialect): Headers {
  return presentHeaders({ [objectAclHeader(dialect)]: objectAcl });
}

/** @throws {ServiceError} InvalidArgument */
export function decodeObjectAcl(headers: Headers, dialect: Dialect): ObjectAcl | undefined {
  const name = objectAclHeader(dialect);
  return parseObjectAcl(name, headers[name]) as ObjectAcl | undefined;
}

function objectAclHeader(dialect: Dialect): string {
  return `${dialect.headerPrefix}object-acl`;
}

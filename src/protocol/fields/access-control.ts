// ACLs of one word: who may read and write a bucket, or an object.
import { invalidArgument } from "../errors/service-error.ts";

export type BucketAcl = "private" | "public-read" | "public-read-write";

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

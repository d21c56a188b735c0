// What may be the name of a bucket and of an object.
import { serviceError } from "./errors/known-error.ts";
import { BUCKET_NAME_LENGTH_MAX, BUCKET_NAME_LENGTH_MIN, KEY_SIZE_MAX_BYTES } from "./limits.ts";

const BUCKET_NAME = /^[a-z0-9][a-z0-9-]*[a-z0-9]$/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** 3 to 63 characters of `[a-z0-9-]` that begin and end with a letter or a digit. */
export function isBucketName(name: string): boolean {
  return (
    name.length >= BUCKET_NAME_LENGTH_MIN && name.length <= BUCKET_NAME_LENGTH_MAX && BUCKET_NAME.test(name)
  );
}

/** 1 to 1,023 bytes of UTF-8 that do not begin with `/` or `\`. */
export function isObjectKey(key: string): boolean {
  if (key.startsWith("/") || key.startsWith("\\") || LONE_SURROGATE.test(key)) {
    return false;
  }
  const sizeBytes = new TextEncoder().encode(key).length;
  return sizeBytes >= 1 && sizeBytes <= KEY_SIZE_MAX_BYTES;
}

/** @throws {ServiceError} InvalidBucketName */
export function assertBucketName(name: string): void {
  if (!isBucketName(name)) {
    throw serviceError("InvalidBucketName", { fields: { BucketName: name } });
  }
}

/** @throws {ServiceError} InvalidObjectName */
export function assertObjectKey(key: string): void {
  if (!isObjectKey(key)) {
    throw serviceError("InvalidObjectName", { fields: { ObjectName: key } });
  }
}

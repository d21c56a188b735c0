// Encryption at rest. This server encrypts nothing itself: it says that an object is encrypted only where its operator
// vouches that everything under it is, and with AES256 only, because it manages no keys.
import { serviceError } from "../protocol/errors/known-error.ts";
import type { BucketRecord } from "../storage/records.ts";
import { configurationOf } from "./bucket-configurations.ts";
import type { ServiceContext } from "./service-context.ts";

/** What the operator vouches for. */
export type EncryptionPromise = Pick<ServiceContext, "acceptEncryptionHeaders">;

/**
 * How a new object of this bucket is encrypted: as its writer asks, else as the bucket says. Undefined: it is not said
 * to be.
 *
 * @throws {ServiceError} NotImplemented
 */
export function encryptionOf(
  requested: string | undefined,
  bucket: BucketRecord,
  promise: EncryptionPromise,
): string | undefined {
  const algorithm = requested ?? configurationOf(bucket, "encryption")?.algorithm;
  if (algorithm !== undefined) {
    assertEncryptionKept(algorithm, promise);
  }
  return algorithm;
}

/** @throws {ServiceError} NotImplemented for what would not be so */
export function assertEncryptionKept(
  algorithm: string,
  { acceptEncryptionHeaders }: EncryptionPromise,
): void {
  if (algorithm !== "AES256" || !acceptEncryptionHeaders) {
    throw serviceError("NotImplemented", { fields: { Header: "x-oss-server-side-encryption" } });
  }
}

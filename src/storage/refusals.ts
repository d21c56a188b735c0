// The refusals that several adapters word alike.
import type { Append } from "./metadata-store.ts";
import type { UploadId } from "./records.ts";
import { StorageError } from "./storage-error.ts";

export function bucketMissing(bucket: string): StorageError {
  return new StorageError("bucket-missing", `bucket ${bucket} does not exist`, { fields: { bucket } });
}

export function bucketNotEmpty(bucket: string): StorageError {
  return new StorageError("bucket-not-empty", `bucket ${bucket} still holds objects or open uploads`, {
    fields: { bucket },
  });
}

export function bucketConflict(bucket: string, storageClass: string): StorageError {
  return new StorageError("bucket-conflict", `bucket ${bucket} exists with storage class ${storageClass}`, {
    fields: { bucket, storageClass },
  });
}

export function objectExists(bucket: string, key: string): StorageError {
  return new StorageError("object-exists", `object ${key} in bucket ${bucket} may not be overwritten`, {
    fields: { bucket, key },
  });
}

export function rightsChanged(bucket: string, key: string): StorageError {
  return new StorageError("rights-changed", `who may write ${key} in bucket ${bucket} has changed`, {
    fields: { bucket, key },
  });
}

export function uploadMissing({ bucket, key, uploadId }: UploadId): StorageError {
  return new StorageError("upload-missing", `no open upload ${uploadId} of ${key} in bucket ${bucket}`, {
    fields: { bucket, key, uploadId },
  });
}

export function tooManyUploads(holder: string, openCountMax: number): StorageError {
  return new StorageError(
    "too-many-uploads",
    `${holder} has ${openCountMax} uploads open, which is the limit`,
    {
      fields: { holder, openCountMax },
    },
  );
}

export function partNotSequential({ uploadId }: UploadId, reason: string): StorageError {
  return new StorageError("part-not-sequential", `upload ${uploadId} takes its parts in order: ${reason}`, {
    fields: { uploadId },
  });
}

export function objectNotAppendable(bucket: string, key: string): StorageError {
  return new StorageError(
    "object-not-appendable",
    `object ${key} in bucket ${bucket} was not begun by an append`,
    {
      fields: { bucket, key },
    },
  );
}

export function positionMismatch({ bucket, key, positionBytes }: Append, sizeBytes: number): StorageError {
  return new StorageError(
    "position-mismatch",
    `object ${key} in bucket ${bucket} ends at ${sizeBytes}, not at ${positionBytes}`,
    { fields: { bucket, key, sizeBytes } },
  );
}

/** The caller's mistake: each blob is published once. */
export function blobOwned(blobId: string): RangeError {
  return new RangeError(`blob ${blobId} has an owner already`);
}

/** @param cause  what closed it, unless it was its owner */
export function storeClosed(cause?: unknown): StorageError {
  const why = cause instanceof Error ? `, for its database failed: ${cause.message}` : "";
  return new StorageError("store-closed", `the store is closed${why}`, { cause });
}

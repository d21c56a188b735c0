// What must be there before a body is read: refusing early costs the client nothing. The store decides again, and
// finally, in its transaction.
import { ServiceError } from "../protocol/errors/service-error.ts";
import type { BucketRecord, ObjectRecord, UploadId, UploadRecord } from "../storage/records.ts";
import { StorageError } from "../storage/storage-error.ts";
import type { ServiceContext } from "./service-context.ts";

/** @throws {StorageError} bucket-missing */
export async function requireBucket(bucket: string, { store }: ServiceContext): Promise<BucketRecord> {
  const record = await store.metadata.getBucket(bucket);
  if (record === undefined) {
    throw new StorageError("bucket-missing", `bucket ${bucket} does not exist`);
  }
  return record;
}

/** @throws {ServiceError} NoSuchKey @throws {StorageError} bucket-missing */
export async function requireObject(
  { bucket, key }: { readonly bucket: string; readonly key: string },
  { store }: ServiceContext,
): Promise<ObjectRecord> {
  const object = await store.metadata.getObject(bucket, key);
  if (object === undefined) {
    throw new ServiceError("NoSuchKey", { fields: { Key: key } });
  }
  return object;
}

/** @throws {StorageError} bucket-missing, upload-missing */
export async function requireUpload(upload: UploadId, context: ServiceContext): Promise<UploadRecord> {
  const record = await context.store.metadata.getUpload(upload);
  if (record === undefined) {
    await requireBucket(upload.bucket, context);
    throw new StorageError("upload-missing", `upload ${upload.uploadId} is not open`);
  }
  return record;
}

/** @throws {StorageError} bucket-missing, object-exists */
export async function requireWritable(
  target: { readonly bucket: string; readonly key: string; readonly forbidOverwrite?: boolean },
  context: ServiceContext,
): Promise<void> {
  await requireBucket(target.bucket, context);
  if (!target.forbidOverwrite) {
    return;
  }
  if ((await context.store.metadata.getObject(target.bucket, target.key)) !== undefined) {
    throw new StorageError("object-exists", `${target.bucket}/${target.key} exists`);
  }
}

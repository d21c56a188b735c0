// What must be there before a body is read: refusing early costs the client nothing. The store decides again, and
// finally, in its transaction.
import { ServiceError } from "../protocol/errors/service-error.ts";
import type { BucketRecord, Extent, ObjectRecord, UploadId, UploadRecord } from "../storage/records.ts";
import { StorageError } from "../storage/storage-error.ts";
import type { ServiceContext } from "./service-context.ts";

/** An object and where its bytes are. */
export interface OpenedObject {
  readonly object: ObjectRecord;
  readonly extents: readonly Extent[];
}

interface ObjectName {
  readonly bucket: string;
  readonly key: string;
}

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
  { bucket, key }: ObjectName,
  { store }: ServiceContext,
): Promise<ObjectRecord> {
  const version = await store.metadata.getObject({ bucket, key });
  if (version === undefined || version.type === "DeleteMarker") {
    throw new ServiceError("NoSuchKey", { fields: { Key: key } });
  }
  return version;
}

/** @throws {ServiceError} NoSuchKey @throws {StorageError} bucket-missing */
export async function requireOpenedObject(
  { bucket, key }: ObjectName,
  { store }: ServiceContext,
): Promise<OpenedObject> {
  const opened = await store.metadata.openObject({ bucket, key });
  if (opened === undefined || opened.version.type === "DeleteMarker") {
    throw new ServiceError("NoSuchKey", { fields: { Key: key } });
  }
  return { object: opened.version, extents: opened.extents };
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

/** Where there are versions, nothing is overwritten. @throws {StorageError} bucket-missing, object-exists */
export async function requireWritable(
  { bucket, key, forbidOverwrite }: ObjectName & { readonly forbidOverwrite?: boolean },
  context: ServiceContext,
): Promise<void> {
  const { versioning } = await requireBucket(bucket, context);
  if (!forbidOverwrite || versioning !== undefined) {
    return;
  }
  if ((await context.store.metadata.getObject({ bucket, key })) !== undefined) {
    throw new StorageError("object-exists", `${bucket}/${key} exists`);
  }
}

// What must be there before a body is read: refusing early costs the client nothing. The store decides again, and
// finally, in its transaction.
import type { ByteRange } from "../protocol/fields/byte-range.ts";
import { present } from "../protocol/fields/present.ts";
import type { WantedBytes } from "../storage/metadata-store.ts";
import type {
  BucketRecord,
  Extent,
  ObjectId,
  ObjectRecord,
  UploadId,
  UploadRecord,
} from "../storage/records.ts";
import { StorageError } from "../storage/storage-error.ts";
import { objectIdOf, readableVersion } from "./object-version.ts";
import type { RequestContext, ServiceContext } from "./service-context.ts";

/** An object and where its bytes are, or those of them that were wanted. */
export interface OpenedObject {
  readonly object: ObjectRecord;
  readonly extents: readonly Extent[];
  /** How many bytes of the object stand before the first extent. */
  readonly skippedBytes: number;
}

/** @throws {StorageError} bucket-missing */
export async function requireBucket(bucket: string, { store }: ServiceContext): Promise<BucketRecord> {
  const record = await store.metadata.getBucket(bucket);
  if (record === undefined) {
    throw new StorageError("bucket-missing", `bucket ${bucket} does not exist`);
  }
  return record;
}

/**
 * The version that the request names, or the current one.
 *
 * @throws {ServiceError} NoSuchKey, NoSuchVersion, MethodNotAllowed
 * @throws {StorageError} bucket-missing
 */
export async function requireObject(
  id: ObjectId,
  { store, method, assertReadAllowed }: Pick<RequestContext, "assertReadAllowed" | "method" | "store">,
): Promise<ObjectRecord> {
  const object = readableVersion(await store.metadata.getObject(objectIdOf(id)), id, method);
  assertReadAllowed(object);
  return object;
}

/** As `requireObject`, with the places of the object's bytes, or of those that are wanted. */
export async function requireOpenedObject(
  id: ObjectId,
  wanted: WantedBytes | undefined,
  { store, method, assertReadAllowed }: Pick<RequestContext, "assertReadAllowed" | "method" | "store">,
): Promise<OpenedObject> {
  const opened = await store.metadata.openObject(objectIdOf(id), wanted);
  const object = readableVersion(opened?.version, id, method);
  assertReadAllowed(object);
  return { object, extents: opened?.extents ?? [], skippedBytes: opened?.skippedBytes ?? 0 };
}

/** For the store, which answers a range that does not fit with all bytes; whether it does is decided here, later. */
export function wantedBytesOf(range: ByteRange | undefined): WantedBytes | undefined {
  if (range?.start === undefined) {
    return range?.end === undefined ? undefined : { start: -range.end };
  }
  return present({
    start: range.start,
    endExclusive: range.end === undefined ? undefined : range.end + 1,
  });
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

/**
 * The bucket that is written to. Where it keeps versions, nothing is overwritten.
 *
 * @throws {StorageError} bucket-missing, object-exists
 */
export async function requireWritable(
  { bucket, key, forbidOverwrite }: ObjectId & { readonly forbidOverwrite?: boolean },
  context: ServiceContext,
): Promise<BucketRecord> {
  const record = await requireBucket(bucket, context);
  if (!forbidOverwrite || record.versioning !== undefined) {
    return record;
  }
  if ((await context.store.metadata.getObject({ bucket, key })) !== undefined) {
    throw new StorageError("object-exists", `${bucket}/${key} exists`);
  }
  return record;
}

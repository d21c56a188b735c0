// The source of CopyObject and UploadPartCopy: found, checked, and its bytes received as if a client had sent them.
import type { Conditions } from "../protocol/fields/conditions.ts";
import type { CopySource } from "../protocol/fields/copy-source.ts";
import { assertConditions } from "./object-answer.ts";
import { readObject } from "./read-object.ts";
import { type ReceivedBlob, receiveObject } from "./receive-object.ts";
import { assertCurrentVersion } from "./refuse-unimplemented.ts";
import { type OpenedObject, requireOpenedObject } from "./require-resources.ts";
import type { ServiceContext } from "./service-context.ts";
import { serviceErrorOf } from "./storage-failure.ts";

/** @throws {ServiceError} NoSuchBucket, NoSuchKey, PreconditionFailed, NotModified; NotImplemented for a version */
export async function openCopySource(
  { bucket, key, versionId }: CopySource,
  conditions: Conditions | undefined,
  context: ServiceContext,
): Promise<OpenedObject> {
  assertCurrentVersion(versionId);
  const opened = await requireOpenedObject({ bucket, key }, context).catch((failure: unknown) => {
    // Here, and not where all errors of the store are mapped, because it is not the request's bucket that is missing.
    throw serviceErrorOf(failure, { bucket, operationName: undefined });
  });
  assertConditions(conditions, opened.object);
  return opened;
}

/** Copies the bytes [start, endExclusive) of the source into a new blob. */
export async function copyBytes(
  source: OpenedObject,
  range: { readonly start: number; readonly endExclusive: number },
  options: { readonly sizeMaxBytes: number },
  { store }: ServiceContext,
): Promise<ReceivedBlob> {
  await using bytes = readObject(source.extents, range, store.blobs);
  const sizeBytes = range.endExclusive - range.start;
  return receiveObject({ sizeBytes, chunks: bytes.chunks }, options, store.blobs);
}

// The source of CopyObject and UploadPartCopy: found, checked, and its bytes received as if a client had sent them.
import type { Conditions } from "../protocol/fields/conditions.ts";
import type { CopySource } from "../protocol/fields/copy-source.ts";
import { limitRate } from "./limit-rate.ts";
import { assertConditions } from "./object-answer.ts";
import { readObject } from "./read-object.ts";
import { type FurtherDigest, type ReceivedBlob, receiveObject } from "./receive-object.ts";
import { assertCurrentVersion } from "./refuse-unimplemented.ts";
import { type OpenedObject, requireOpenedObject } from "./require-resources.ts";
import type { RequestContext, ServiceContext } from "./service-context.ts";
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

export interface CopyOptions {
  readonly sizeMaxBytes: number;
  /** Bits per second. */
  readonly trafficLimit?: number | undefined;
  readonly furtherDigest?: FurtherDigest | undefined;
}

/** Copies the bytes [start, endExclusive) of the source into a new blob. */
export async function copyBytes(
  source: OpenedObject,
  range: { readonly start: number; readonly endExclusive: number },
  { sizeMaxBytes, trafficLimit, furtherDigest }: CopyOptions,
  { store, rateClock, signal }: RequestContext,
): Promise<ReceivedBlob> {
  await using bytes = readObject(source.extents, range, store.blobs);
  const sizeBytes = range.endExclusive - range.start;
  const chunks = limitRate(bytes.chunks, { bitsPerSecond: trafficLimit, clock: rateClock, signal });
  return receiveObject({ sizeBytes, chunks }, { sizeMaxBytes }, store.blobs, furtherDigest);
}

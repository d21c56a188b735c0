// The source of CopyObject and UploadPartCopy: found, checked, and its bytes received as if a client had sent them.
import { invalidArgument } from "../protocol/errors/service-error.ts";
import type { Conditions } from "../protocol/fields/conditions.ts";
import type { CopySource } from "../protocol/fields/copy-source.ts";
import type { WantedBytes } from "../storage/metadata-store.ts";
import { assertReadable } from "./archive.ts";
import { limitRate } from "./limit-rate.ts";
import { assertConditions } from "./object-answer.ts";
import { readableVersion, shownVersionId } from "./object-version.ts";
import { readOpenedObject } from "./read-object.ts";
import { type FurtherDigest, type ReceivedBlob, receiveObject } from "./receive-object.ts";
import type { OpenedObject } from "./require-resources.ts";
import type { RequestContext } from "./service-context.ts";
import { serviceErrorOf } from "./storage-failure.ts";

export interface OpenedSource extends OpenedObject {
  /** What the answer calls the version; undefined where it calls it nothing. */
  readonly versionId: string | undefined;
}

export interface SourceDemands {
  readonly conditions: Conditions | undefined;
  /** Which bytes will be copied; absent: all of them. */
  readonly wanted?: WantedBytes | undefined;
}

/**
 * A link is a source by itself: what it points to is not looked at.
 *
 * @throws {ServiceError} NoSuchBucket, NoSuchKey, NoSuchVersion, PreconditionFailed, NotModified, InvalidObjectState;
 *   InvalidArgument for a delete marker that was named
 */
export async function openCopySource(
  source: CopySource,
  { conditions, wanted }: SourceDemands,
  { store, now, assertReadAllowed }: RequestContext,
): Promise<OpenedSource> {
  const { bucket, versionId } = source;
  const [opened, bucketRecord] = await Promise.all([
    store.metadata.openObject(source, wanted),
    store.metadata.getBucket(bucket),
  ]).catch((failure: unknown) => {
    // Here, and not where all errors of the store are mapped, because it is not the request's bucket that is missing.
    throw serviceErrorOf(failure, { bucket, operationName: undefined });
  });
  if (opened?.version.type === "DeleteMarker" && versionId !== undefined) {
    throw invalidArgument(
      { name: "versionId", value: versionId },
      "The source of a copy must not be a delete marker.",
    );
  }
  const object = readableVersion(opened?.version, source, "GET");
  assertReadAllowed(object);
  assertConditions(conditions, object);
  if (object.type !== "Symlink") {
    assertReadable(object, now());
  }
  const { extents = [], skippedBytes = 0 } = opened ?? {};
  return { object, extents, skippedBytes, versionId: shownVersionId(object, bucketRecord) };
}

export interface CopyOptions {
  readonly sizeMaxBytes: number;
  /** Bits per second. */
  readonly trafficLimit?: number | undefined;
  readonly furtherDigest?: FurtherDigest | undefined;
}

/** Copies the bytes [start, endExclusive) of the source into a new blob. */
export async function copyBytes(
  source: Pick<OpenedObject, "extents" | "skippedBytes">,
  range: { readonly start: number; readonly endExclusive: number },
  { sizeMaxBytes, trafficLimit, furtherDigest }: CopyOptions,
  { store, rateClock, signal }: RequestContext,
): Promise<ReceivedBlob> {
  await using bytes = readOpenedObject(source, range, store.blobs);
  const sizeBytes = range.endExclusive - range.start;
  const chunks = limitRate(bytes.chunks, { bitsPerSecond: trafficLimit, clock: rateClock, signal });
  return receiveObject({ sizeBytes, chunks }, { sizeMaxBytes }, store.blobs, furtherDigest);
}

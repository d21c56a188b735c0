// What the calls of a memory store share: the buckets, the blobs without an owner, and the numbers that are given once.

import type { OpenedVersion } from "../metadata-store.ts";
import type { UnpublishedObject } from "../plan-append.ts";
import type { DeleteMarkerRecord, Extent, ObjectRecord } from "../records.ts";
import { bucketMissing, objectExists, storeClosed } from "../refusals.ts";
import type { MemoryBucket } from "./memory-bucket.ts";
import { MemoryGarbage } from "./memory-garbage.ts";

export class MemoryState {
  readonly buckets: Map<string, MemoryBucket> = new Map();
  readonly garbage: MemoryGarbage;
  #generation = 0;
  #isClosed = false;

  constructor(now: () => number) {
    this.garbage = new MemoryGarbage(now);
  }

  /** @throws {StorageError} store-closed */
  assertOpen(): void {
    if (this.#isClosed) {
      throw storeClosed();
    }
  }

  close(): void {
    this.#isClosed = true;
    this.buckets.clear();
    this.garbage.clear();
  }

  nextGeneration(): number {
    this.#generation += 1;
    return this.#generation;
  }

  /** @throws {StorageError} bucket-missing */
  bucket(name: string): MemoryBucket {
    this.assertOpen();
    const bucket = this.buckets.get(name);
    if (bucket === undefined) {
      throw bucketMissing(name);
    }
    return bucket;
  }

  /** @throws {StorageError} bucket-missing, object-exists */
  assertWritable(
    { bucket: name, key }: { readonly bucket: string; readonly key: string },
    { forbidOverwrite }: { readonly forbidOverwrite: boolean },
  ): void {
    const bucket = this.bucket(name);
    if (forbidOverwrite && bucket.record.versioning === undefined && bucket.find(key) !== undefined) {
      throw objectExists(name, key);
    }
  }

  /** Puts an object in front of the others, by law 8. */
  publish(facts: UnpublishedObject, extents: readonly Extent[]): ObjectRecord {
    const bucket = this.bucket(facts.bucket);
    const generation = this.nextGeneration();
    const version: ObjectRecord = { ...facts, generation, versionId: bucket.newVersionId(generation) };
    this.#putInFront(bucket, { version, extents });
    return version;
  }

  /** Puts a delete marker in front of the others, by law 8. */
  mark(
    bucket: MemoryBucket,
    { key, modifiedAtMs }: Pick<DeleteMarkerRecord, "key" | "modifiedAtMs">,
  ): { readonly marker: DeleteMarkerRecord; readonly replaced: OpenedVersion | undefined } {
    const generation = this.nextGeneration();
    const marker: DeleteMarkerRecord = {
      ...{ bucket: bucket.record.name, key, versionId: bucket.newVersionId(generation) },
      ...{ type: "DeleteMarker", modifiedAtMs, generation },
    };
    return { marker, replaced: this.#putInFront(bucket, { version: marker, extents: [] }) };
  }

  #putInFront(bucket: MemoryBucket, opened: OpenedVersion): OpenedVersion | undefined {
    const replaced = bucket.putInFront(opened);
    this.garbage.drop(replaced?.extents ?? []);
    return replaced;
  }
}

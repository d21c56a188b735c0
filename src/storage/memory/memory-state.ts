// What the calls of a memory store share: the buckets, the blobs without an owner, and the numbers that are given once.

import type { OpenedVersion } from "../metadata-store.ts";
import type { UnpublishedObject } from "../plan-append.ts";
import { type PublicationTarget, planPublication } from "../publication.ts";
import type { DeleteMarkerRecord, Extent, ObjectRecord } from "../records.ts";
import { bucketMissing, storeClosed } from "../refusals.ts";
import type { MemoryBucket } from "./memory-bucket.ts";
import { MemoryGarbage } from "./memory-garbage.ts";
import { MemoryOutcomes } from "./memory-outcomes.ts";

export class MemoryState {
  readonly buckets: Map<string, MemoryBucket> = new Map();
  readonly garbage: MemoryGarbage;
  readonly outcomes: MemoryOutcomes = new MemoryOutcomes();
  readonly now: () => number;
  #generation = 0;
  #isClosed = false;

  constructor(now: () => number) {
    this.now = now;
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
    this.outcomes.clear();
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

  /** @throws {StorageError} bucket-missing */
  target({ bucket: name, key }: { readonly bucket: string; readonly key: string }): PublicationTarget {
    const bucket = this.bucket(name);
    const { versioning } = bucket.record;
    const find = () => bucket.find(key)?.version;
    return {
      ...{ bucket: name, key, versioning },
      isTaken: () => find() !== undefined,
      rights: () => ({ bucket: bucket.record, current: find() }),
    };
  }

  /** Puts an object in front of the others, by law 8. */
  publish(facts: UnpublishedObject, extents: readonly Extent[]): ObjectRecord {
    const bucket = this.bucket(facts.bucket);
    const generation = this.nextGeneration();
    const { versionId } = this.#makeRoom(bucket, facts.key, generation);
    const version: ObjectRecord = { ...facts, generation, versionId };
    bucket.putInFront({ version, extents });
    return version;
  }

  /** Puts a delete marker in front of the others, by law 8. */
  mark(
    bucket: MemoryBucket,
    { key, modifiedAtMs }: Pick<DeleteMarkerRecord, "key" | "modifiedAtMs">,
  ): { readonly marker: DeleteMarkerRecord; readonly replaced: OpenedVersion | undefined } {
    const generation = this.nextGeneration();
    const { versionId, replaced } = this.#makeRoom(bucket, key, generation);
    const marker: DeleteMarkerRecord = {
      ...{ bucket: bucket.record.name, key, versionId },
      ...{ type: "DeleteMarker", modifiedAtMs, generation },
    };
    bucket.putInFront({ version: marker, extents: [] });
    return { marker, replaced };
  }

  #makeRoom(
    bucket: MemoryBucket,
    key: string,
    generation: number,
  ): { readonly versionId: string; readonly replaced: OpenedVersion | undefined } {
    const currentVersionId = bucket.find(key)?.version.versionId;
    const plan = planPublication(bucket.record.versioning, currentVersionId, generation);
    const isDropped = plan.current === "dropped" || plan.dropsOlderOfSameName;
    const replaced = isDropped ? bucket.remove(key, plan.versionId) : undefined;
    this.garbage.drop(replaced?.extents ?? []);
    return { versionId: plan.versionId, replaced };
  }
}

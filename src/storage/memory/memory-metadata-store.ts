// Facts in memory: the reference model of the port. Each method runs without a pause, so it is one transaction.
import { changedBucket } from "../apply-changes.ts";
import type { BlobId } from "../blob-store.ts";
import { compareKeys } from "../key-order.ts";
import type {
  Append,
  BlobMove,
  BucketPage,
  BucketPageRequest,
  Completion,
  Deletion,
  DeletionOutcome,
  HeldByBucket,
  HeldByGarbage,
  HeldByUploads,
  ListPageRequest,
  MetadataStore,
  NewObject,
  NonceUse,
  ObjectPage,
  OpenedVersion,
  PartPage,
  PartPageRequest,
  UploadPage,
  UploadPageRequest,
  UploadRules,
  VersionPage,
  VersionPageRequest,
  WantedBytes,
} from "../metadata-store.ts";
import type {
  AttributesChange,
  BucketChange,
  BucketRecord,
  ObjectId,
  ObjectRecord,
  PartRecord,
  UploadId,
  UploadOutcome,
  UploadRecord,
  VersionRecord,
} from "../records.ts";
import { bucketConflict, bucketNotEmpty } from "../refusals.ts";
import { openedForRun, wantedRun } from "../wanted-bytes.ts";
import { measureMemoryBucket } from "./measure-memory-bucket.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { pageOfObjects, pageOfUploads, pageOfVersions } from "./memory-listing.ts";
import { MemoryObjects } from "./memory-objects.ts";
import { MemoryState } from "./memory-state.ts";
import { MemoryUploads } from "./memory-uploads.ts";

export class MemoryMetadataStore implements MetadataStore {
  readonly #state: MemoryState;
  readonly #objects: MemoryObjects;
  readonly #uploads: MemoryUploads;
  #lastLease = 0;
  /** Until when each is kept. */
  readonly #nonces = new Map<string, number>();

  constructor(now: () => number) {
    this.#state = new MemoryState(now);
    this.#objects = new MemoryObjects(this.#state);
    this.#uploads = new MemoryUploads(this.#state);
  }

  async createBucket(record: BucketRecord): Promise<BucketRecord> {
    this.#state.assertOpen();
    const there = this.#state.buckets.get(record.name)?.record;
    if (there === undefined) {
      this.#state.buckets.set(record.name, new MemoryBucket(record));
      return record;
    }
    if (there.storageClass !== record.storageClass) {
      throw bucketConflict(there.name, there.storageClass);
    }
    return there;
  }

  async getBucket(name: string): Promise<BucketRecord | undefined> {
    this.#state.assertOpen();
    return this.#state.buckets.get(name)?.record;
  }

  async updateBucket(name: string, change: BucketChange): Promise<BucketRecord> {
    const bucket = this.#state.bucket(name);
    bucket.record = changedBucket(bucket.record, change);
    return bucket.record;
  }

  async listBuckets({ prefix, startAfter, limit }: BucketPageRequest): Promise<BucketPage> {
    this.#state.assertOpen();
    const left = [...this.#state.buckets.values()]
      .map(({ record }) => record)
      .sort((first, second) => compareKeys(first.name, second.name))
      .filter(({ name }) => name.startsWith(prefix) && compareKeys(name, startAfter) > 0);
    return { buckets: left.slice(0, limit), isTruncated: left.length > limit };
  }

  async measureBucket(name: string): Promise<HeldByBucket> {
    return measureMemoryBucket(this.#state.bucket(name));
  }

  async deleteBucket(name: string): Promise<void> {
    if (!this.#state.bucket(name).isEmpty) {
      throw bucketNotEmpty(name);
    }
    this.#state.buckets.delete(name);
  }

  async putObject(object: NewObject): Promise<ObjectRecord> {
    return this.#objects.put(object);
  }

  async appendObject(append: Append): Promise<ObjectRecord> {
    return this.#objects.append(append);
  }

  async getObject(id: ObjectId): Promise<VersionRecord | undefined> {
    return this.#objects.open(id)?.version;
  }

  async openObject(id: ObjectId, wanted?: WantedBytes): Promise<OpenedVersion | undefined> {
    const opened = this.#objects.open(id);
    return opened && openedForRun(opened.version, opened.extents, wantedRun(opened.version, wanted));
  }

  async changeObject(
    id: ObjectId,
    change: AttributesChange,
    only?: { readonly generation: number },
  ): Promise<ObjectRecord | undefined> {
    return this.#objects.change(id, change, only);
  }

  async deleteObjects(
    bucket: string,
    deletions: readonly Deletion[],
    deletedAtMs: number,
  ): Promise<readonly DeletionOutcome[]> {
    return this.#objects.delete(bucket, deletions, deletedAtMs);
  }

  async listObjects(bucket: string, page: ListPageRequest): Promise<ObjectPage> {
    return pageOfObjects(this.#state.bucket(bucket).allVersions(), page);
  }

  async listVersions(bucket: string, page: VersionPageRequest): Promise<VersionPage> {
    return pageOfVersions(this.#state.bucket(bucket).allVersions(), page);
  }

  async createUpload(upload: UploadRecord, options: UploadRules): Promise<void> {
    this.#uploads.create(upload, options);
  }

  async getUpload(upload: UploadId): Promise<UploadRecord | undefined> {
    return this.#uploads.find(upload)?.record;
  }

  async putPart(upload: UploadId, part: PartRecord, follows?: BlobId): Promise<void> {
    this.#uploads.putPart(upload, part, follows);
  }

  async listParts(upload: UploadId, page: PartPageRequest): Promise<PartPage> {
    return this.#uploads.listParts(upload, page);
  }

  async listUploads(bucket: string, page: UploadPageRequest): Promise<UploadPage> {
    return pageOfUploads([...this.#state.bucket(bucket).uploads.values()], page);
  }

  async completeUpload(completion: Completion): Promise<ObjectRecord> {
    return this.#uploads.complete(completion);
  }

  async abortUpload(upload: UploadId): Promise<void> {
    this.#uploads.abort(upload);
  }

  async getOutcome(upload: UploadId): Promise<UploadOutcome | undefined> {
    return this.#uploads.outcome(upload);
  }

  async forgetOutcomes(request: { readonly endedBeforeMs: number; readonly limit: number }): Promise<number> {
    this.#state.assertOpen();
    return this.#state.outcomes.forget(request);
  }

  async takeNonce({ nonce, expiresAtMs, countMax }: NonceUse): Promise<"full" | "known" | "taken"> {
    this.#state.assertOpen();
    for (const [known, knownUntilMs] of this.#nonces) {
      if (knownUntilMs < this.#state.now()) {
        this.#nonces.delete(known);
      }
    }
    if (this.#nonces.size >= countMax) {
      return "full";
    }
    const isKnown = this.#nonces.has(nonce);
    this.#nonces.set(nonce, this.#nonces.get(nonce) ?? expiresAtMs);
    return isKnown ? "known" : "taken";
  }

  async measureUploads(request: { readonly begunBeforeMs: number }): Promise<readonly HeldByUploads[]> {
    return this.#uploads.measure(request);
  }

  async listGarbage(request: { readonly nowMs: number; readonly limit: number }): Promise<readonly BlobId[]> {
    this.#state.assertOpen();
    return this.#state.garbage.due(request);
  }

  async measureGarbage(): Promise<HeldByGarbage> {
    this.#state.assertOpen();
    return this.#state.garbage.measure();
  }

  async forgetGarbage(ids: readonly BlobId[]): Promise<void> {
    this.#state.assertOpen();
    this.#state.garbage.forget(ids);
  }

  async postponeGarbage(ids: readonly BlobId[], dueMs: number): Promise<void> {
    this.#state.assertOpen();
    this.#state.garbage.postpone(ids, dueMs);
  }

  async findMovable(ids: readonly BlobId[]): Promise<readonly BlobId[]> {
    this.#state.assertOpen();
    const movable = new Set([...this.#state.buckets.values()].flatMap((bucket) => bucket.movableBlobIds()));
    return ids.filter((id) => movable.has(id));
  }

  async moveBlobs(moves: readonly BlobMove[]): Promise<number> {
    this.#state.assertOpen();
    const buckets = [...this.#state.buckets.values()];
    return this.#state.garbage.move(moves, (move) => buckets.some((bucket) => bucket.moveBlob(move)));
  }

  async openLease(after = "0"): Promise<string> {
    this.#state.assertOpen();
    this.#lastLease = Math.max(this.#lastLease, Number(after)) + 1;
    return String(this.#lastLease);
  }

  /** None: no earlier run's memory is left. */
  async listDeadLeases(): Promise<readonly string[]> {
    this.#state.assertOpen();
    return [];
  }

  async findOrphans(ids: readonly BlobId[]): Promise<readonly BlobId[]> {
    this.#state.assertOpen();
    const published = new Set([...this.#state.buckets.values()].flatMap((bucket) => bucket.blobIds()));
    return ids.filter((id) => !published.has(id) && !this.#state.garbage.isQueued(id));
  }

  async forgetLease(_leaseId: string): Promise<void> {
    this.#state.assertOpen();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#state.close();
  }
}

// Facts in memory: the reference model of the port. Each method runs without a pause, so it is one transaction.
import { changedAttributes, changedBucket } from "../apply-changes.ts";
import { assertInSequence } from "../assert-in-sequence.ts";
import type { BlobId } from "../blob-store.ts";
import { assertKey, compareKeys } from "../key-order.ts";
import type {
  Append,
  BucketPage,
  BucketPageRequest,
  Completion,
  Deletion,
  DeletionOutcome,
  ListPageRequest,
  MetadataStore,
  NewObject,
  ObjectPage,
  OpenedVersion,
  PartPage,
  PartPageRequest,
  UploadPage,
  UploadPageRequest,
  VersionPage,
  VersionPageRequest,
} from "../metadata-store.ts";
import { planAppend, type UnpublishedObject } from "../plan-append.ts";
import { planCompletion } from "../plan-completion.ts";
import type {
  AttributesChange,
  BucketChange,
  BucketRecord,
  DeleteMarkerRecord,
  Extent,
  ObjectId,
  ObjectRecord,
  PartRecord,
  UploadId,
  UploadRecord,
  VersionRecord,
} from "../records.ts";
import {
  bucketConflict,
  bucketMissing,
  bucketNotEmpty,
  objectExists,
  storeClosed,
  uploadMissing,
} from "../refusals.ts";
import { MemoryBucket, type OpenUpload, sortedParts } from "./memory-bucket.ts";
import { MemoryGarbage } from "./memory-garbage.ts";
import { pageOfObjects, pageOfUploads, pageOfVersions } from "./memory-listing.ts";

export class MemoryMetadataStore implements MetadataStore {
  readonly #buckets = new Map<string, MemoryBucket>();
  readonly #garbage: MemoryGarbage;
  #generation = 0;
  #lastLease = 0;
  #isClosed = false;

  constructor(now: () => number) {
    this.#garbage = new MemoryGarbage(now);
  }

  async createBucket(record: BucketRecord): Promise<BucketRecord> {
    this.#assertOpen();
    const there = this.#buckets.get(record.name)?.record;
    if (there === undefined) {
      this.#buckets.set(record.name, new MemoryBucket(record));
      return record;
    }
    if (there.storageClass !== record.storageClass) {
      throw bucketConflict(there.name, there.storageClass);
    }
    return there;
  }

  async getBucket(name: string): Promise<BucketRecord | undefined> {
    this.#assertOpen();
    return this.#buckets.get(name)?.record;
  }

  async updateBucket(name: string, change: BucketChange): Promise<BucketRecord> {
    const bucket = this.#bucket(name);
    bucket.record = changedBucket(bucket.record, change);
    return bucket.record;
  }

  async listBuckets({ prefix, startAfter, limit }: BucketPageRequest): Promise<BucketPage> {
    this.#assertOpen();
    const left = [...this.#buckets.values()]
      .map(({ record }) => record)
      .sort((first, second) => compareKeys(first.name, second.name))
      .filter(({ name }) => name.startsWith(prefix) && compareKeys(name, startAfter) > 0);
    return { buckets: left.slice(0, limit), isTruncated: left.length > limit };
  }

  async deleteBucket(name: string): Promise<void> {
    if (!this.#bucket(name).isEmpty) {
      throw bucketNotEmpty(name);
    }
    this.#buckets.delete(name);
  }

  async putObject({ extents, forbidOverwrite, ...facts }: NewObject): Promise<ObjectRecord> {
    this.#assertOpen();
    assertKey(facts.key);
    return this.#garbage.orDrop(extents, () => {
      this.#assertWritable(facts, { forbidOverwrite });
      return this.#publish({ ...facts, sizeBytes: sizeOf(extents) }, extents);
    });
  }

  async appendObject(append: Append): Promise<ObjectRecord> {
    this.#assertOpen();
    assertKey(append.key);
    const appended = append.extent === undefined ? [] : [append.extent];
    return this.#garbage.orDrop(appended, () => {
      const bucket = this.#bucket(append.bucket);
      const current = bucket.find(append.key);
      const plan = planAppend(current?.version, append);
      if (plan.type === "begin") {
        return this.#publish(plan.object, appended);
      }
      const version = { ...plan.object, generation: this.#nextGeneration() };
      bucket.replace({ version, extents: [...(current?.extents ?? []), ...appended] });
      return version;
    });
  }

  async getObject(id: ObjectId): Promise<VersionRecord | undefined> {
    return this.#version(id)?.version;
  }

  async openObject(id: ObjectId): Promise<OpenedVersion | undefined> {
    return this.#version(id);
  }

  async changeObject(
    id: ObjectId,
    change: AttributesChange,
    only?: { readonly generation: number },
  ): Promise<ObjectRecord | undefined> {
    const opened = this.#version(id);
    if (opened === undefined || opened.version.type === "DeleteMarker") {
      return undefined;
    }
    if (only !== undefined && only.generation !== opened.version.generation) {
      return undefined;
    }
    const version = { ...opened.version, attributes: changedAttributes(opened.version.attributes, change) };
    this.#bucket(id.bucket).replace({ ...opened, version });
    return version;
  }

  async deleteObjects(
    name: string,
    deletions: readonly Deletion[],
    deletedAtMs: number,
  ): Promise<readonly DeletionOutcome[]> {
    const bucket = this.#bucket(name);
    for (const { key } of deletions) {
      assertKey(key);
    }
    return deletions.map((deletion) => this.#delete(bucket, deletion, deletedAtMs));
  }

  async listObjects(bucket: string, page: ListPageRequest): Promise<ObjectPage> {
    return pageOfObjects(this.#bucket(bucket).allVersions(), page);
  }

  async listVersions(bucket: string, page: VersionPageRequest): Promise<VersionPage> {
    return pageOfVersions(this.#bucket(bucket).allVersions(), page);
  }

  async createUpload(upload: UploadRecord, options: { readonly forbidOverwrite: boolean }): Promise<void> {
    assertKey(upload.key);
    this.#assertWritable(upload, options);
    this.#bucket(upload.bucket).uploads.set(upload.uploadId, { record: upload, parts: new Map() });
  }

  async getUpload(upload: UploadId): Promise<UploadRecord | undefined> {
    return this.#upload(upload)?.record;
  }

  async putPart(upload: UploadId, part: PartRecord, follows?: BlobId): Promise<void> {
    this.#assertOpen();
    this.#garbage.orDrop([part], () => {
      const { parts, record } = this.#openUpload(upload);
      if (record.isSequential) {
        const lastPartNumber = Math.max(0, ...parts.keys());
        const blobBefore = parts.get(part.partNumber - 1)?.blobId;
        assertInSequence({ upload, partNumber: part.partNumber, lastPartNumber, blobBefore, follows });
      }
      const replaced = parts.get(part.partNumber);
      this.#garbage.drop(replaced === undefined ? [] : [replaced]);
      parts.set(part.partNumber, part);
    });
  }

  async listParts(upload: UploadId, { afterPartNumber, limit }: PartPageRequest): Promise<PartPage> {
    const left = sortedParts(this.#openUpload(upload)).filter((part) => part.partNumber > afterPartNumber);
    return { parts: left.slice(0, limit), isTruncated: left.length > limit };
  }

  async listUploads(bucket: string, page: UploadPageRequest): Promise<UploadPage> {
    const uploads = [...this.#bucket(bucket).uploads.values()];
    return pageOfUploads(
      uploads.map(({ record }) => record),
      page,
    );
  }

  async completeUpload(completion: Completion): Promise<ObjectRecord> {
    const { upload, etag, completedAtMs, md5, acl } = completion;
    const open = this.#openUpload(upload);
    const { published, dropped, sizeBytes, crc64 } = planCompletion(sortedParts(open), completion);
    this.#assertWritable(upload, completion);
    this.#bucket(upload.bucket).uploads.delete(upload.uploadId);
    this.#garbage.drop(dropped);
    const { bucket, key, attributes } = open.record;
    return this.#publish(
      {
        ...{ bucket, key, sizeBytes, crc64, etag, type: "Multipart", modifiedAtMs: completedAtMs },
        ...(md5 === undefined ? {} : { md5 }),
        attributes: changedAttributes(attributes, acl === undefined ? {} : { acl }),
      },
      published.map((part) => ({ blobId: part.blobId, sizeBytes: part.sizeBytes })),
    );
  }

  async abortUpload(upload: UploadId): Promise<void> {
    this.#garbage.drop([...this.#openUpload(upload).parts.values()]);
    this.#bucket(upload.bucket).uploads.delete(upload.uploadId);
  }

  async listGarbage(request: { readonly nowMs: number; readonly limit: number }): Promise<readonly BlobId[]> {
    this.#assertOpen();
    return this.#garbage.due(request);
  }

  async forgetGarbage(ids: readonly BlobId[]): Promise<void> {
    this.#assertOpen();
    this.#garbage.forget(ids);
  }

  async postponeGarbage(ids: readonly BlobId[], dueMs: number): Promise<void> {
    this.#assertOpen();
    this.#garbage.postpone(ids, dueMs);
  }

  async openLease(after = "0"): Promise<string> {
    this.#assertOpen();
    this.#lastLease = Math.max(this.#lastLease, Number(after)) + 1;
    return String(this.#lastLease);
  }

  /** None: no earlier run's memory is left. */
  async listDeadLeases(): Promise<readonly string[]> {
    this.#assertOpen();
    return [];
  }

  async findOrphans(ids: readonly BlobId[]): Promise<readonly BlobId[]> {
    this.#assertOpen();
    const buckets = [...this.#buckets.values()];
    const published = new Set(buckets.flatMap((bucket) => bucket.blobIds()));
    return ids.filter((id) => !published.has(id) && !this.#garbage.isQueued(id));
  }

  async forgetLease(_leaseId: string): Promise<void> {
    this.#assertOpen();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#buckets.clear();
    this.#garbage.clear();
  }

  #assertOpen(): void {
    if (this.#isClosed) {
      throw storeClosed();
    }
  }

  #bucket(name: string): MemoryBucket {
    this.#assertOpen();
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) {
      throw bucketMissing(name);
    }
    return bucket;
  }

  #version({ bucket, key, versionId }: ObjectId): OpenedVersion | undefined {
    assertKey(key);
    return this.#bucket(bucket).find(key, versionId);
  }

  #upload({ bucket, key, uploadId }: UploadId): OpenUpload | undefined {
    this.#assertOpen();
    assertKey(key);
    const upload = this.#buckets.get(bucket)?.uploads.get(uploadId);
    return upload?.record.key === key ? upload : undefined;
  }

  #openUpload(id: UploadId): OpenUpload {
    const upload = this.#upload(id);
    if (upload === undefined) {
      throw uploadMissing(id);
    }
    return upload;
  }

  #assertWritable(
    { bucket: name, key }: { readonly bucket: string; readonly key: string },
    { forbidOverwrite }: { readonly forbidOverwrite: boolean },
  ): void {
    const bucket = this.#bucket(name);
    if (forbidOverwrite && bucket.record.versioning === undefined && bucket.find(key) !== undefined) {
      throw objectExists(name, key);
    }
  }

  #publish(facts: UnpublishedObject, extents: readonly Extent[]): ObjectRecord {
    const bucket = this.#bucket(facts.bucket);
    const generation = this.#nextGeneration();
    const version: ObjectRecord = { ...facts, generation, versionId: bucket.newVersionId(generation) };
    this.#garbage.drop(bucket.putInFront({ version, extents })?.extents ?? []);
    return version;
  }

  #delete(bucket: MemoryBucket, deletion: Deletion, deletedAtMs: number): DeletionOutcome {
    const { key, versionId, generation } = deletion;
    const there = bucket.find(key, versionId);
    if (generation !== undefined && generation !== there?.version.generation) {
      return {};
    }
    if (versionId === undefined && bucket.record.versioning !== undefined) {
      return this.#mark(bucket, key, deletedAtMs);
    }
    if (there === undefined) {
      return {};
    }
    bucket.remove(key, there.version.versionId);
    this.#garbage.drop(there.extents);
    return { removed: there.version };
  }

  #mark(bucket: MemoryBucket, key: string, modifiedAtMs: number): DeletionOutcome {
    const generation = this.#nextGeneration();
    const marker: DeleteMarkerRecord = {
      ...{ bucket: bucket.record.name, key, versionId: bucket.newVersionId(generation) },
      ...{ type: "DeleteMarker", modifiedAtMs, generation },
    };
    const replaced = bucket.putInFront({ version: marker, extents: [] });
    this.#garbage.drop(replaced?.extents ?? []);
    return { ...(replaced === undefined ? {} : { removed: replaced.version }), marker };
  }

  #nextGeneration(): number {
    this.#generation += 1;
    return this.#generation;
  }
}

function sizeOf(extents: readonly Extent[]): number {
  return extents.reduce((sizeBytes, extent) => sizeBytes + extent.sizeBytes, 0);
}

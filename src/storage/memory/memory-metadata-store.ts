// Facts in memory: the reference model of the port. Each method runs without a pause, so it is one transaction.
import type { BlobId } from "../blob-store.ts";
import { GARBAGE_GRACE_MS } from "../garbage-collector.ts";
import { assertKey, compareKeys } from "../key-order.ts";
import type {
  BucketPage,
  BucketPageRequest,
  Completion,
  ListPageRequest,
  MetadataStore,
  NewObject,
  ObjectPage,
  OpenedObject,
  PartPage,
  PartPageRequest,
  UploadPage,
  UploadPageRequest,
} from "../metadata-store.ts";
import { planCompletion } from "../plan-completion.ts";
import type { BucketRecord, Extent, ObjectRecord, PartRecord, UploadId, UploadRecord } from "../records.ts";
import {
  blobOwned,
  bucketConflict,
  bucketMissing,
  bucketNotEmpty,
  objectExists,
  storeClosed,
  uploadMissing,
} from "../refusals.ts";
import { commonPrefixesOf, foldEntries, itemsOf, sortByKey } from "./memory-listing.ts";

interface Bucket {
  readonly record: BucketRecord;
  readonly objects: Map<string, OpenedObject>;
  /** By upload id. */
  readonly uploads: Map<string, OpenUpload>;
}

interface OpenUpload {
  readonly record: UploadRecord;
  readonly parts: Map<number, PartRecord>;
}

export class MemoryMetadataStore implements MetadataStore {
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();
  /** When each blob of the queue is due, oldest first. */
  readonly #garbage = new Map<BlobId, number>();
  /** Every blob that has an owner, in one place. */
  readonly #owned = new Set<BlobId>();
  #generation = 0;
  #lastLease = 0;
  #isClosed = false;

  constructor(now: () => number) {
    this.#now = now;
  }

  async createBucket(bucket: BucketRecord): Promise<BucketRecord> {
    this.#assertOpen();
    const there = this.#buckets.get(bucket.name)?.record;
    if (there === undefined) {
      this.#buckets.set(bucket.name, { record: bucket, objects: new Map(), uploads: new Map() });
      return bucket;
    }
    if (there.storageClass !== bucket.storageClass) {
      throw bucketConflict(there.name, there.storageClass);
    }
    return there;
  }

  async getBucket(name: string): Promise<BucketRecord | undefined> {
    this.#assertOpen();
    return this.#buckets.get(name)?.record;
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
    const { objects, uploads } = this.#bucket(name);
    if (objects.size > 0 || uploads.size > 0) {
      throw bucketNotEmpty(name);
    }
    this.#buckets.delete(name);
  }

  async putObject(object: NewObject): Promise<ObjectRecord> {
    assertKey(object.key);
    return this.#orDrop(object.extents, () => {
      const { objects } = this.#bucket(object.bucket);
      if (object.forbidOverwrite && objects.has(object.key)) {
        throw objectExists(object.bucket, object.key);
      }
      const { extents, forbidOverwrite: _, ...facts } = object;
      return this.#publish({ ...facts, sizeBytes: sizeOf(extents), type: "Normal" }, extents);
    });
  }

  async getObject(bucket: string, key: string): Promise<ObjectRecord | undefined> {
    return this.#object(bucket, key)?.object;
  }

  async openObject(bucket: string, key: string): Promise<OpenedObject | undefined> {
    return this.#object(bucket, key);
  }

  async deleteObjects(bucket: string, keys: readonly string[]): Promise<void> {
    const { objects } = this.#bucket(bucket);
    keys.forEach(assertKey);
    for (const key of keys) {
      this.#drop(objects.get(key)?.extents ?? []);
      objects.delete(key);
    }
  }

  async listObjects(bucket: string, page: ListPageRequest): Promise<ObjectPage> {
    const objects = [...this.#bucket(bucket).objects.values()].map(({ object }) => object);
    const left = foldEntries(sortByKey(objects), page).filter(
      ({ key }) => compareKeys(key, page.startAfter) > 0,
    );
    const entries = left.slice(0, page.limit);
    const last = entries.at(-1);
    return {
      objects: itemsOf(entries),
      commonPrefixes: commonPrefixesOf(entries),
      ...(last !== undefined && left.length > entries.length ? { nextMarker: last.key } : {}),
    };
  }

  async createUpload(upload: UploadRecord, options: { readonly forbidOverwrite: boolean }): Promise<void> {
    assertKey(upload.key);
    const { objects, uploads } = this.#bucket(upload.bucket);
    if (options.forbidOverwrite && objects.has(upload.key)) {
      throw objectExists(upload.bucket, upload.key);
    }
    uploads.set(upload.uploadId, { record: upload, parts: new Map() });
  }

  async getUpload(upload: UploadId): Promise<UploadRecord | undefined> {
    return this.#upload(upload)?.record;
  }

  async putPart(upload: UploadId, part: PartRecord): Promise<void> {
    this.#orDrop([part], () => {
      const { parts } = this.#openUpload(upload);
      const replaced = parts.get(part.partNumber);
      this.#drop(replaced === undefined ? [] : [replaced]);
      parts.set(part.partNumber, part);
    });
  }

  async listParts(upload: UploadId, { afterPartNumber, limit }: PartPageRequest): Promise<PartPage> {
    const left = sortedParts(this.#openUpload(upload)).filter((part) => part.partNumber > afterPartNumber);
    return { parts: left.slice(0, limit), isTruncated: left.length > limit };
  }

  async listUploads(bucket: string, page: UploadPageRequest): Promise<UploadPage> {
    const records = [...this.#bucket(bucket).uploads.values()].map(({ record }) => record);
    const inOrder = sortByKey(records.sort((first, second) => compareKeys(first.uploadId, second.uploadId)));
    const left = foldEntries(inOrder, page).filter(({ key, item }) => {
      const order = compareKeys(key, page.keyMarker);
      return order > 0 || (order === 0 && isAfterUpload(item, page.uploadIdMarker));
    });
    const entries = left.slice(0, page.limit);
    const last = entries.at(-1);
    return {
      uploads: itemsOf(entries),
      commonPrefixes: commonPrefixesOf(entries),
      ...(last === undefined ? {} : { last: { key: last.key, uploadId: last.item?.uploadId ?? "" } }),
      isTruncated: left.length > entries.length,
    };
  }

  async completeUpload(completion: Completion): Promise<ObjectRecord> {
    const { upload, etag, completedAtMs } = completion;
    const open = this.#openUpload(upload);
    const { published, dropped, sizeBytes, crc64 } = planCompletion(sortedParts(open), completion);
    const { objects, uploads } = this.#bucket(upload.bucket);
    if (completion.forbidOverwrite && objects.has(upload.key)) {
      throw objectExists(upload.bucket, upload.key);
    }
    uploads.delete(upload.uploadId);
    this.#drop(dropped);
    const { bucket, key, attributes } = open.record;
    return this.#publish(
      { bucket, key, attributes, sizeBytes, crc64, etag, type: "Multipart", modifiedAtMs: completedAtMs },
      published.map((part) => ({ blobId: part.blobId, sizeBytes: part.sizeBytes })),
    );
  }

  async abortUpload(upload: UploadId): Promise<void> {
    this.#drop([...this.#openUpload(upload).parts.values()]);
    this.#bucket(upload.bucket).uploads.delete(upload.uploadId);
  }

  async listGarbage(request: { readonly nowMs: number; readonly limit: number }): Promise<readonly BlobId[]> {
    this.#assertOpen();
    return [...this.#garbage]
      .filter(([, dueMs]) => dueMs <= request.nowMs)
      .sort(([, first], [, second]) => first - second)
      .slice(0, request.limit)
      .map(([id]) => id);
  }

  async forgetGarbage(ids: readonly BlobId[]): Promise<void> {
    this.#assertOpen();
    for (const id of ids) {
      this.#garbage.delete(id);
      this.#owned.delete(id);
    }
  }

  async postponeGarbage(ids: readonly BlobId[], dueMs: number): Promise<void> {
    this.#assertOpen();
    for (const id of ids.filter((queued) => this.#garbage.has(queued))) {
      this.#garbage.set(id, dueMs);
    }
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
    const ofObjects = buckets.flatMap(({ objects }) =>
      [...objects.values()].flatMap(({ extents }) => extents),
    );
    const ofUploads = buckets.flatMap(({ uploads }) => [...uploads.values()].flatMap(sortedParts));
    const known = new Set(
      [...ofObjects, ...ofUploads].map(({ blobId }) => blobId).concat(...this.#garbage.keys()),
    );
    return ids.filter((id) => !known.has(id));
  }

  async forgetLease(_leaseId: string): Promise<void> {
    this.#assertOpen();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#buckets.clear();
    this.#garbage.clear();
    this.#owned.clear();
  }

  #assertOpen(): void {
    if (this.#isClosed) {
      throw storeClosed();
    }
  }

  #bucket(name: string): Bucket {
    this.#assertOpen();
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) {
      throw bucketMissing(name);
    }
    return bucket;
  }

  #object(bucket: string, key: string): OpenedObject | undefined {
    assertKey(key);
    return this.#bucket(bucket).objects.get(key);
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

  #publish(facts: Omit<ObjectRecord, "generation">, extents: readonly Extent[]): ObjectRecord {
    const { objects } = this.#bucket(facts.bucket);
    this.#drop(objects.get(facts.key)?.extents ?? []);
    this.#generation += 1;
    const object = { ...facts, generation: this.#generation };
    objects.set(facts.key, { object, extents });
    return object;
  }

  #drop(owned: readonly { readonly blobId: BlobId }[]): void {
    for (const { blobId } of owned) {
      this.#garbage.set(blobId, this.#now() + GARBAGE_GRACE_MS);
    }
  }

  /** @throws {RangeError} if one of the blobs has an owner */
  #own(blobs: readonly { readonly blobId: BlobId }[]): void {
    const owned = blobs.find(({ blobId }) => this.#owned.has(blobId));
    if (owned !== undefined) {
      throw blobOwned(owned.blobId);
    }
    for (const { blobId } of blobs) {
      this.#owned.add(blobId);
    }
  }

  #orDrop<Result>(owned: readonly { readonly blobId: BlobId }[], action: () => Result): Result {
    this.#assertOpen();
    this.#own(owned);
    try {
      return action();
    } catch (refusal) {
      this.#drop(owned);
      throw refusal;
    }
  }
}

function sizeOf(extents: readonly Extent[]): number {
  return extents.reduce((sizeBytes, extent) => sizeBytes + extent.sizeBytes, 0);
}

function sortedParts({ parts }: OpenUpload): readonly PartRecord[] {
  return [...parts.values()].sort((first, second) => first.partNumber - second.partNumber);
}

function isAfterUpload(item: UploadRecord | undefined, uploadIdMarker: string): boolean {
  return item !== undefined && uploadIdMarker !== "" && compareKeys(item.uploadId, uploadIdMarker) > 0;
}

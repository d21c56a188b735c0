// Bytes as files: large blobs have one each, small ones share segments. docs/STORAGE.md says what is synced when, and why.
import { join } from "node:path";
import type { BlobId, BlobReader, BlobStore, BlobWriter, DeclaredBlob } from "../blob-store.ts";
import { PinnedBlobs } from "../pinned-blobs.ts";
import { storeClosed } from "../refusals.ts";
import { blobPlace, type FilePlace, isRecord, type RecordPlace } from "./blob-place.ts";
import { DirectorySync } from "./directory-sync.ts";
import { openBlobFile } from "./file-blob-reader.ts";
import { FileBlobs } from "./file-blobs.ts";
import { type LeaseSource, removeIfEmpty, takeLease } from "./lease-folder.ts";
import { makeFolder } from "./make-folder.ts";
import { SegmentAppender } from "./segment-appender.ts";
import { SegmentBlobs } from "./segment-blobs.ts";
import { RECORD_DATA_MAX_BYTES } from "./segment-format.ts";
import { SmallBlobMemory, SmallBlobWriter } from "./small-blob-writer.ts";

export interface FileBlobStoreOptions {
  /** The folder of all blobs. */
  readonly root: string;
  readonly leases: LeaseSource;
  /** Whether blobs may still be written under a lease, by another process that shares the folder. Default: under none. */
  readonly isLeaseAlive?: (leaseId: string) => boolean;
  /** Told of a file that cannot be removed. */
  readonly reportError: (error: unknown) => void;
}

export class FileBlobStore implements BlobStore {
  readonly #root: string;
  readonly #leaseId: string;
  readonly #isLeaseWritten: (leaseId: string) => boolean;
  readonly #pinned = new PinnedBlobs();
  readonly #files: FileBlobs;
  readonly #segments: SegmentBlobs;
  readonly #appender: SegmentAppender;
  readonly #memory = new SmallBlobMemory();
  #isClosed = false;

  private constructor({ root, isLeaseAlive, reportError }: FileBlobStoreOptions, leaseId: string) {
    this.#isLeaseWritten = (id) => id === leaseId || (isLeaseAlive?.(id) ?? false);
    const isLeaseWritten = this.#isLeaseWritten;
    const shared = { root, leaseId, directorySync: new DirectorySync(), isLeaseWritten, reportError };
    this.#root = root;
    this.#leaseId = leaseId;
    this.#files = new FileBlobs(shared);
    this.#appender = new SegmentAppender(shared);
    this.#segments = new SegmentBlobs({ ...shared, appender: this.#appender });
  }

  static async open(options: FileBlobStoreOptions): Promise<FileBlobStore> {
    await makeFolder(options.root);
    return new FileBlobStore(options, await takeLease(options.root, options.leases));
  }

  /** Under which this process writes. */
  get leaseId(): string {
    return this.#leaseId;
  }

  async create({ sizeBytes = 0 }: DeclaredBlob = {}): Promise<BlobWriter> {
    this.#assertOpen();
    if (sizeBytes > RECORD_DATA_MAX_BYTES) {
      return this.#files.create();
    }
    return new SmallBlobWriter({
      declaredBytes: sizeBytes,
      memory: this.#memory,
      appender: this.#appender,
      createFile: () => this.#files.create(),
    });
  }

  async open(id: BlobId): Promise<BlobReader> {
    this.#assertOpen();
    const place = blobPlace(this.#root, id);
    return isRecord(place) ? this.#segments.open(place) : openBlobFile(place);
  }

  pin(ids: readonly BlobId[]): Disposable {
    return this.#pinned.pin(ids);
  }

  async delete(ids: readonly BlobId[]): Promise<readonly BlobId[]> {
    this.#assertOpen();
    const files: FilePlace[] = [];
    const records: RecordPlace[] = [];
    for (const id of ids.filter((each) => !this.#pinned.has(each))) {
      const place = blobPlace(this.#root, id);
      isRecord(place) ? records.push(place) : files.push(place);
    }
    const [goneFiles, goneRecords] = await Promise.all([
      this.#files.remove(files),
      this.#segments.remove(records),
    ]);
    const gone = new Set([...goneFiles, ...goneRecords]);
    return ids.filter((id) => gone.has(id));
  }

  async reclaim(): Promise<readonly BlobId[]> {
    this.#assertOpen();
    return this.#segments.reclaim();
  }

  async *list(leaseId: string): AsyncIterable<BlobId> {
    this.#assertOpen();
    yield* this.#files.list(leaseId);
    yield* this.#segments.list(leaseId);
    if (!this.#isLeaseWritten(leaseId)) {
      await removeIfEmpty(join(this.#root, leaseId));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) {
      return;
    }
    this.#isClosed = true;
    await this.#appender.close();
    await this.#segments.close();
    await this.#files.close();
    await removeIfEmpty(join(this.#root, this.#leaseId));
  }

  #assertOpen(): void {
    if (this.#isClosed) {
      throw storeClosed();
    }
  }
}

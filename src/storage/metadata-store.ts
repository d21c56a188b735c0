// The port for facts. Laws, tested over every adapter in test/contract/metadata-store-contract.ts:
//
//  1. Each call is one transaction: it happens whole or not at all, in one order with all others. When it resolves
//     its effect is durable.
//  2. A blob has one owner at a time: a part of an open upload, an object, or the garbage queue. Ownership moves in the
//     transaction that publishes, replaces, aborts or deletes; no other step can free it. To publish a blob that has
//     an owner is a RangeError and changes nothing.
//  3. A refused `putPart` or `putObject` queues its blobs as garbage in the same transaction. If the disk is too full
//     for that, `listGarbage` names them all the same.
//  4. `completeUpload` publishes exactly the parts whose MD5s the caller named, in order, and moves no bytes; the parts
//     that were not named become garbage, and the upload is gone. A refused completion changes nothing.
//  5. Listings are one snapshot, ordered by the UTF-8 bytes of the key, and page without gap or repetition. A page is
//     empty only if nothing is left; its limit is at least 1.
//  6. Keys are any well-formed Unicode, control characters and U+0000 included, but not empty: that and a lone surrogate
//     are a TypeError.
//  7. After disposal every call is refused: store-closed.
//  8. A key has one current version. What publishes or deletes under it does with the others what the bucket's versioning
//     says, in the same transaction:
//       absent     the one version, called `null`, is replaced or removed;
//       Enabled    what was there becomes a noncurrent version and a new one, or a delete marker, is added in front;
//       Suspended  the same, but the new one is called `null`, and an earlier `null` is replaced.
//     `forbidOverwrite` counts only where versioning is absent. When the current version is deleted by its id, the
//     newest of the others becomes current. Versions of one key are ordered by generation.
//  9. A sequential upload takes part N only as the first, as the one after the last, or in place of the last, and only
//     if the caller knew the part before it by its blob: part-not-sequential.
// 10. How an upload ended is written down in the transaction that ends it, and kept until it is forgotten.
// 11. A holder has at most `openCountMax` uploads open: the transaction that begins one counts them. What ends an upload
//     makes room for the next.
// 12. What is published with `onlyWhile` is published only if all that it names is still so in that transaction.
import type { BlobId } from "./blob-store.ts";
import type {
  AttributesChange,
  BucketChange,
  BucketRecord,
  DeleteMarkerRecord,
  Extent,
  ListedUpload,
  ObjectAttributes,
  ObjectId,
  ObjectRecord,
  PartRecord,
  UploadId,
  UploadOutcome,
  UploadRecord,
  VersionRecord,
} from "./records.ts";
import type { SeenRights } from "./seen-rights.ts";

export interface MetadataStore extends AsyncDisposable {
  /** Creates a bucket, or returns the one that is there. @throws {StorageError} bucket-conflict */
  createBucket(bucket: BucketRecord): Promise<BucketRecord>;
  getBucket(name: string): Promise<BucketRecord | undefined>;
  /** @throws {StorageError} bucket-missing */
  updateBucket(name: string, change: BucketChange): Promise<BucketRecord>;
  listBuckets(page: BucketPageRequest): Promise<BucketPage>;
  /** What a bucket holds, at the cost of a look at its open uploads. @throws {StorageError} bucket-missing */
  measureBucket(name: string): Promise<HeldByBucket>;
  /** @throws {StorageError} bucket-missing, bucket-not-empty */
  deleteBucket(name: string): Promise<void>;

  /** Publishes an object under its key, by law 8. @throws {StorageError} bucket-missing, object-exists, rights-changed */
  putObject(object: NewObject): Promise<ObjectRecord>;
  /**
   * Adds bytes to the end of the current version, or begins an Appendable object where there is none. No new version:
   * the one that is there grows, and gets a new generation, ETag and time.
   *
   * @throws {StorageError} bucket-missing, rights-changed, object-not-appendable, position-mismatch (field `sizeBytes`)
   */
  appendObject(append: Append): Promise<ObjectRecord>;
  /** @throws {StorageError} bucket-missing */
  getObject(id: ObjectId): Promise<VersionRecord | undefined>;
  /**
   * A version and its bytes' places from one snapshot.
   *
   * @param wanted  the places of these bytes are enough; of all, where they do not lie in the object
   * @throws {StorageError} bucket-missing
   */
  openObject(id: ObjectId, wanted?: WantedBytes): Promise<OpenedVersion | undefined>;
  /**
   * Changes what is stored with an object, and nothing else about it.
   *
   * @returns undefined when there is no such version, it is a delete marker, or it has not the generation asked for
   * @throws {StorageError} bucket-missing
   */
  changeObject(
    id: ObjectId,
    change: AttributesChange,
    only?: { readonly generation: number },
  ): Promise<ObjectRecord | undefined>;
  /**
   * Deletes in order, by law 8; what is not there is no error. Each deletion is whole or has not happened; the call is not:
   * a store may let others in between, and when it fails, those that came first may be deleted.
   *
   * @returns one entry for each of `deletions`, in their order
   * @throws {StorageError} bucket-missing
   */
  deleteObjects(
    bucket: string,
    deletions: readonly Deletion[],
    deletedAtMs: number,
  ): Promise<readonly DeletionOutcome[]>;
  /** Current versions that are objects. @throws {StorageError} bucket-missing */
  listObjects(bucket: string, page: ListPageRequest): Promise<ObjectPage>;
  /** All versions and delete markers: by key, then the newest first. @throws {StorageError} bucket-missing */
  listVersions(bucket: string, page: VersionPageRequest): Promise<VersionPage>;

  /** @throws {StorageError} bucket-missing, object-exists, too-many-uploads */
  createUpload(upload: UploadRecord, options: UploadRules): Promise<void>;
  getUpload(upload: UploadId): Promise<UploadRecord | undefined>;
  /**
   * Makes `part` the upload's part of that number, in place of an earlier one.
   *
   * @param follows  of a sequential upload: the blob of the part before this one, absent for part 1
   * @throws {StorageError} upload-missing, part-not-sequential
   */
  putPart(upload: UploadId, part: PartRecord, follows?: BlobId): Promise<void>;
  /** @throws {StorageError} upload-missing */
  listParts(upload: UploadId, page: PartPageRequest): Promise<PartPage>;
  /** @throws {StorageError} bucket-missing */
  listUploads(bucket: string, page: UploadPageRequest): Promise<UploadPage>;
  /** @throws {StorageError} upload-missing, part-mismatch, part-too-small, object-exists, rights-changed */
  completeUpload(completion: Completion): Promise<ObjectRecord>;
  /** @throws {StorageError} upload-missing */
  abortUpload(upload: UploadId): Promise<void>;
  /** How an upload ended; undefined for one that is open, that never was, or that ended too long ago. */
  getOutcome(upload: UploadId): Promise<UploadOutcome | undefined>;
  /** Forgets how uploads ended, those that ended first before others. @returns how many, at most `limit` */
  forgetOutcomes(request: { readonly endedBeforeMs: number; readonly limit: number }): Promise<number>;
  /**
   * Remembers that a nonce was used, until `expiresAtMs`: of all who use the same one, one is told `taken`, the others `known`.
   *
   * @returns "full", and remembers nothing, while `countMax` of any are remembered
   */
  takeNonce(use: NonceUse): Promise<"full" | "known" | "taken">;
  /** What open uploads hold, by bucket in the order of names; buckets without one are left out. */
  measureUploads(request: { readonly begunBeforeMs: number }): Promise<readonly HeldByUploads[]>;

  /** Blobs that nobody owns and whose grace has passed at `nowMs`, oldest first. */
  listGarbage(request: { readonly nowMs: number; readonly limit: number }): Promise<readonly BlobId[]>;
  /** What the queue holds, due or not. Blobs that it was given before it knew sizes count as empty. */
  measureGarbage(): Promise<HeldByGarbage>;
  /** Takes blobs that are deleted now off the queue. */
  forgetGarbage(ids: readonly BlobId[]): Promise<void>;
  /** Puts blobs that cannot be deleted yet back into the queue, behind those that can. */
  postponeGarbage(ids: readonly BlobId[], dueMs: number): Promise<void>;

  /** Which of `ids` belong to an object, or to a part that may be moved: not to one of a sequential upload that is open. */
  findMovable(ids: readonly BlobId[]): Promise<readonly BlobId[]>;
  /**
   * Gives what belongs to a blob to its copy, and queues the blob as garbage. A copy of a blob that belongs to nothing
   * any more becomes garbage itself.
   *
   * @returns how many were moved
   */
  moveBlobs(moves: readonly BlobMove[]): Promise<number>;

  /**
   * A name never given before, for the blobs of one run of one process. Names count up.
   *
   * @param after  a name that is passed over, with all before it: for blobs that this store knows nothing of
   */
  openLease(after?: string): Promise<string>;
  /** Leases of earlier runs whose blobs were not swept yet. */
  listDeadLeases(): Promise<readonly string[]>;
  /** Which of `ids` have no owner and are not queued either. */
  findOrphans(ids: readonly BlobId[]): Promise<readonly BlobId[]>;
  /** A dead lease's orphans are deleted; it need not be swept again. */
  forgetLease(leaseId: string): Promise<void>;
}

/** `to` is a copy of `from`, and nobody's yet. */
export interface BlobMove {
  readonly from: BlobId;
  readonly to: BlobId;
}

export interface NewObject {
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
  readonly md5: string;
  readonly crc64: bigint;
  /** Empty for an object of 0 bytes. */
  readonly extents: readonly Extent[];
  readonly type: "Normal" | "Symlink";
  readonly attributes: ObjectAttributes;
  readonly modifiedAtMs: number;
  readonly forbidOverwrite: boolean;
  /** Absent: whatever the rights are, it is published. */
  readonly onlyWhile?: SeenRights;
}

export interface Append {
  readonly bucket: string;
  readonly key: string;
  /** The size of the object before, 0 for a new one. */
  readonly positionBytes: number;
  /** Absent when nothing is appended. */
  readonly extent?: Extent;
  /** Of the appended bytes. */
  readonly crc64: bigint;
  /** Of the object afterwards. */
  readonly etag: string;
  /** Of a new object; those of one that is there stay, but for `acl`. */
  readonly attributes: ObjectAttributes;
  /** Of an object that is there, afterwards. Absent: as it was. */
  readonly acl?: string;
  readonly modifiedAtMs: number;
  /** Absent: whatever the rights are, it is appended. */
  readonly onlyWhile?: SeenRights;
}

/** A run of an object's bytes. */
export interface WantedBytes {
  /** Of the first byte; negative: so many bytes before the end of the object. */
  readonly start: number;
  /** Absent: the end of the object. */
  readonly endExclusive?: number;
}

export interface OpenedVersion {
  readonly version: VersionRecord;
  /** In order, those that have bytes that are wanted. Empty for a delete marker. */
  readonly extents: readonly Extent[];
  /** How many bytes of the object stand before the first extent; absent for none. */
  readonly skippedBytes?: number;
}

export interface Deletion {
  readonly key: string;
  /** Absent: whatever law 8 does with the current one. */
  readonly versionId?: string;
  /** Only if the version, or the current one, still has this generation. */
  readonly generation?: number;
}

export interface DeletionOutcome {
  /** The version that is gone now. */
  readonly removed?: VersionRecord;
  /** The delete marker that stands in front now. */
  readonly marker?: DeleteMarkerRecord;
}

/** Under which an upload may begin. */
export interface UploadRules {
  readonly forbidOverwrite: boolean;
  /** With so many uploads of the same holder open, in all buckets together, it is refused. Absent: there is no limit. */
  readonly openCountMax?: number;
}

export interface Completion {
  readonly upload: UploadId;
  /** In ascending order of part number, at least one. */
  readonly parts: readonly { readonly partNumber: number; readonly md5: string }[];
  /** The ETag of an object of these parts. */
  readonly etag: string;
  /** Every part but the last must have at least this. */
  readonly partSizeMinBytes: number;
  readonly forbidOverwrite: boolean;
  readonly completedAtMs: number;
  /** Of the whole object, where the caller knows it. */
  readonly md5?: string;
  /** Of the object; absent: as the bucket's. */
  readonly acl?: string;
  /**
   * What becomes of parts that are not named: they are dropped (the default), or they refuse the completion. Who means
   * all parts and has read which those are does not want to lose one that came since.
   */
  readonly unnamedParts?: "drop" | "refuse";
  /** Kept with the outcome, so that the same request can be told from another one. */
  readonly fingerprint?: string;
  /** Absent: whatever the rights are, it is published. */
  readonly onlyWhile?: SeenRights;
}

/** What a bucket holds, by storage class in the order of their names; absent, and first, where attributes name none. */
export interface HeldByBucket {
  /** All versions that are objects; classes without one are left out. */
  readonly objects: readonly {
    readonly storageClass?: string;
    readonly objectCount: number;
    readonly sizeBytes: number;
  }[];
  readonly deleteMarkerCount: number;
  /** Open uploads, and the parts that they keep. */
  readonly uploads: readonly {
    readonly storageClass?: string;
    readonly uploadCount: number;
    readonly partCount: number;
    readonly heldBytes: number;
  }[];
}

/** What the open uploads of one bucket hold. */
export interface HeldByUploads {
  readonly bucket: string;
  readonly uploadCount: number;
  readonly partCount: number;
  readonly heldBytes: number;
  readonly oldestInitiatedAtMs: number;
}

export interface NonceUse {
  /** Whatever tells it from others, such as a hash of the key's id and what its holder made up. */
  readonly nonce: string;
  readonly expiresAtMs: number;
  readonly countMax: number;
}

/** What the garbage queue holds. */
export interface HeldByGarbage {
  readonly blobCount: number;
  readonly heldBytes: number;
}

export interface BucketPageRequest {
  readonly prefix: string;
  /** Names after this one; "" for all. */
  readonly startAfter: string;
  readonly limit: number;
}

export interface BucketPage {
  readonly buckets: readonly BucketRecord[];
  readonly isTruncated: boolean;
}

export interface ListPageRequest {
  readonly prefix: string;
  /** "" for none. Keys that share what stands up to it, after the prefix, are one common prefix. */
  readonly delimiter: string;
  /** Keys and common prefixes after this one, exclusive. A common prefix given here skips all that is under it. */
  readonly startAfter: string;
  /** Of objects and common prefixes together. */
  readonly limit: number;
}

export interface ObjectPage {
  readonly objects: readonly ObjectRecord[];
  readonly commonPrefixes: readonly string[];
  /** Where the next page starts after: the last key or common prefix of this page. Absent on the last page. */
  readonly nextMarker?: string;
}

export interface VersionPageRequest {
  readonly prefix: string;
  readonly delimiter: string;
  /** Keys after this one; with `versionIdMarker`, also the versions of this very key that are older. */
  readonly keyMarker: string;
  /**
   * "" for none, and what was never an id is as none. Of a version that is gone: the versions put before it, and
   * what may have been; see `standsBehindGone()`.
   */
  readonly versionIdMarker: string;
  readonly limit: number;
}

export interface VersionPage {
  readonly versions: readonly ListedVersion[];
  readonly commonPrefixes: readonly string[];
  /** The last entry of this page: a key and version id, or a common prefix and "". Absent on the last page. */
  readonly next?: { readonly key: string; readonly versionId: string };
}

export interface ListedVersion {
  readonly version: VersionRecord;
  readonly isLatest: boolean;
}

export interface PartPageRequest {
  /** Part numbers above this one; 0 for all. */
  readonly afterPartNumber: number;
  readonly limit: number;
}

export interface PartPage {
  readonly parts: readonly PartRecord[];
  readonly isTruncated: boolean;
}

export interface UploadPageRequest {
  readonly prefix: string;
  readonly delimiter: string;
  /** Keys after this one; with `uploadIdMarker`, also uploads of this very key with a greater id. */
  readonly keyMarker: string;
  /** "" for none. */
  readonly uploadIdMarker: string;
  readonly limit: number;
}

export interface UploadPage {
  readonly uploads: readonly ListedUpload[];
  readonly commonPrefixes: readonly string[];
  /** The last entry of this page: a key and upload id, or a common prefix and "". Absent for an empty page. */
  readonly last?: { readonly key: string; readonly uploadId: string };
  readonly isTruncated: boolean;
}

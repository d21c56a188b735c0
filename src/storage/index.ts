// partwise/storage: where bytes and facts live.
export type { BlobId, BlobReader, BlobStore, BlobWriter, DeclaredBlob } from "./blob-store.ts";
export { type BackupResult, backUpFolder } from "./embedded/backup/back-up-folder.ts";
export type { CopiedFiles } from "./embedded/backup/copy-files.ts";
export { restoreFolder } from "./embedded/backup/restore-folder.ts";
export {
  type CheckOptions,
  checkDataFolder,
  type FolderReport,
  scrubDataFolder,
} from "./embedded/check/check-data-folder.ts";
export type { ScrubbedBlob, ScrubOptions, ScrubReport } from "./embedded/check/find-corrupt.ts";
export type { BlobTotal, FaultKind, FolderFault } from "./embedded/check/folder-fault.ts";
export { joinEmbeddedStore } from "./embedded/committer/join-embedded-store.ts";
export type { ProcessLink } from "./embedded/committer/process-link.ts";
export {
  type CommitTime,
  type DiskTimesListener,
  listenForDiskTimes,
  type SyncedThing,
  type SyncTime,
} from "./embedded/disk-times.ts";
export { measureOpenUploads } from "./embedded/measure-open-uploads.ts";
export { openEmbeddedStore, openSharedStore, type SharedStore } from "./embedded/open-embedded-store.ts";
export { GARBAGE_GRACE_MS } from "./garbage-pace.ts";
export { openMemoryStore } from "./memory/open-memory-store.ts";
export type {
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
  ListedVersion,
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
} from "./metadata-store.ts";
export type {
  AttributesChange,
  BucketChange,
  BucketRecord,
  DeleteMarkerRecord,
  Extent,
  ListedUpload,
  ObjectAttributes,
  ObjectId,
  ObjectRecord,
  ObjectType,
  PartRecord,
  UploadId,
  UploadOutcome,
  UploadRecord,
  VersionRecord,
} from "./records.ts";
export { StorageError, type StorageErrorCode } from "./storage-error.ts";
export type { Store } from "./store.ts";
export type { StoreOptions } from "./store-options.ts";

// partwise/storage: where bytes and facts live.
export type { BlobId, BlobReader, BlobStore, BlobWriter, DeclaredBlob } from "./blob-store.ts";
export { type BackupResult, backUpFolder } from "./embedded/backup/back-up-folder.ts";
export type { CopiedFiles } from "./embedded/backup/copy-files.ts";
export { restoreFolder } from "./embedded/backup/restore-folder.ts";
export {
  type BlobTotal,
  type CheckOptions,
  checkDataFolder,
  type FaultKind,
  type FolderFault,
  type FolderReport,
  type ScrubReport,
  scrubDataFolder,
} from "./embedded/check/check-data-folder.ts";
export { joinEmbeddedStore } from "./embedded/committer/join-embedded-store.ts";
export type { ProcessLink } from "./embedded/committer/process-link.ts";
export { measureOpenUploads } from "./embedded/measure-open-uploads.ts";
export { openEmbeddedStore, openSharedStore, type SharedStore } from "./embedded/open-embedded-store.ts";
export { GARBAGE_GRACE_MS } from "./garbage-collector.ts";
export { openMemoryStore } from "./memory/open-memory-store.ts";
export type {
  Append,
  BlobMove,
  BucketPage,
  BucketPageRequest,
  Completion,
  Deletion,
  DeletionOutcome,
  HeldByUploads,
  ListedVersion,
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

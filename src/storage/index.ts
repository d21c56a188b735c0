// partwise/storage: where bytes and facts live.
export type { BlobId, BlobReader, BlobStore, BlobWriter } from "./blob-store.ts";
export { openEmbeddedStore } from "./embedded/open-embedded-store.ts";
export { GARBAGE_GRACE_MS } from "./garbage-collector.ts";
export { openMemoryStore } from "./memory/open-memory-store.ts";
export type {
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
} from "./metadata-store.ts";
export type {
  BucketRecord,
  Extent,
  ObjectAttributes,
  ObjectRecord,
  PartRecord,
  UploadId,
  UploadRecord,
} from "./records.ts";
export { StorageError, type StorageErrorCode } from "./storage-error.ts";
export type { Store } from "./store.ts";
export type { StoreOptions } from "./store-options.ts";

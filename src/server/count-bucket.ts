// How much a bucket holds, in the terms of GetBucketStat.
import type { StatStorageClass, StorageUse } from "../protocol/operations/get-bucket-stat.ts";
import type { HeldByBucket } from "../storage/metadata-store.ts";
import { DEFAULT_STORAGE_CLASS } from "./object-attributes.ts";

export interface BucketCount {
  readonly objectCount: number;
  readonly deleteMarkerCount: number;
  readonly multipartUploadCount: number;
  readonly multipartPartCount: number;
  readonly uses: Readonly<Record<StatStorageClass, StorageUse>>;
}

/** Parts of open uploads are counted with the bytes, as the service does. */
export function countBucket({ objects, uploads, deleteMarkerCount }: HeldByBucket): BucketCount {
  const uses: Record<StatStorageClass, StorageUse> = {
    Standard: { sizeBytes: 0, objectCount: 0 },
    IA: { sizeBytes: 0, objectCount: 0 },
    Archive: { sizeBytes: 0, objectCount: 0 },
    ColdArchive: { sizeBytes: 0, objectCount: 0 },
    DeepColdArchive: { sizeBytes: 0, objectCount: 0 },
  };
  const ofUploads = uploads.map(({ storageClass, heldBytes }) => ({
    ...(storageClass === undefined ? {} : { storageClass }),
    objectCount: 0,
    sizeBytes: heldBytes,
  }));
  for (const { storageClass = DEFAULT_STORAGE_CLASS, sizeBytes, objectCount } of [...objects, ...ofUploads]) {
    // Requests can name no other class, so every one that is stored is in the table.
    const name = storageClass as StatStorageClass;
    const before = uses[name];
    uses[name] = {
      sizeBytes: before.sizeBytes + sizeBytes,
      objectCount: before.objectCount + objectCount,
    };
  }
  return {
    uses,
    deleteMarkerCount,
    objectCount: objects.reduce((sum, { objectCount }) => sum + objectCount, 0),
    multipartUploadCount: uploads.reduce((sum, { uploadCount }) => sum + uploadCount, 0),
    multipartPartCount: uploads.reduce((sum, { partCount }) => sum + partCount, 0),
  };
}

// How much a bucket holds, counted page by page, so that no single call keeps the store from its other callers. What is
// written meanwhile may be counted or not.
import { PAGE_SIZE_MAX } from "../protocol/limits.ts";
import type { StatStorageClass, StorageUse } from "../protocol/operations/get-bucket-stat.ts";
import type { MetadataStore, UploadPage, VersionPage } from "../storage/metadata-store.ts";
import { storageClassOf } from "./object-attributes.ts";

export interface BucketCount {
  readonly objectCount: number;
  readonly deleteMarkerCount: number;
  readonly multipartUploadCount: number;
  readonly multipartPartCount: number;
  readonly uses: Readonly<Record<StatStorageClass, StorageUse>>;
}

/** @throws {StorageError} bucket-missing */
export async function countBucket(bucket: string, metadata: MetadataStore): Promise<BucketCount> {
  const count = new Count();
  for await (const page of versionPages(bucket, metadata)) {
    for (const { version } of page.versions) {
      if (version.type === "DeleteMarker") {
        count.deleteMarkerCount += 1;
      } else {
        count.objectCount += 1;
        count.add(storageClassOf(version.attributes), { sizeBytes: version.sizeBytes, objectCount: 1 });
      }
    }
  }
  for await (const page of uploadPages(bucket, metadata)) {
    for (const { partCount, heldBytes, attributes } of page.uploads) {
      count.multipartUploadCount += 1;
      count.multipartPartCount += partCount;
      count.add(storageClassOf(attributes), { sizeBytes: heldBytes, objectCount: 0 });
    }
  }
  return count;
}

class Count implements BucketCount {
  objectCount = 0;
  deleteMarkerCount = 0;
  multipartUploadCount = 0;
  multipartPartCount = 0;
  readonly uses: Record<StatStorageClass, StorageUse> = {
    Standard: { sizeBytes: 0, objectCount: 0 },
    IA: { sizeBytes: 0, objectCount: 0 },
    Archive: { sizeBytes: 0, objectCount: 0 },
    ColdArchive: { sizeBytes: 0, objectCount: 0 },
    DeepColdArchive: { sizeBytes: 0, objectCount: 0 },
  };

  add(storageClass: string, { sizeBytes, objectCount }: StorageUse): void {
    // Requests can name no other class, so every one that is stored is in the table.
    const name = storageClass as StatStorageClass;
    const before = this.uses[name];
    this.uses[name] = {
      sizeBytes: before.sizeBytes + sizeBytes,
      objectCount: before.objectCount + objectCount,
    };
  }
}

async function* versionPages(bucket: string, metadata: MetadataStore): AsyncGenerator<VersionPage> {
  let next: VersionPage["next"] = { key: "", versionId: "" };
  while (next !== undefined) {
    const page: VersionPage = await metadata.listVersions(bucket, {
      ...{ prefix: "", delimiter: "", limit: PAGE_SIZE_MAX },
      keyMarker: next.key,
      versionIdMarker: next.versionId,
    });
    yield page;
    next = page.next;
  }
}

async function* uploadPages(bucket: string, metadata: MetadataStore): AsyncGenerator<UploadPage> {
  let last: UploadPage["last"] = { key: "", uploadId: "" };
  while (last !== undefined) {
    const page: UploadPage = await metadata.listUploads(bucket, {
      ...{ prefix: "", delimiter: "", limit: PAGE_SIZE_MAX },
      keyMarker: last.key,
      uploadIdMarker: last.uploadId,
    });
    yield page;
    last = page.isTruncated ? page.last : undefined;
  }
}

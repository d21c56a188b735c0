// Everything of one bucket under one prefix, page by page.
import type { ListedVersion, MetadataStore, VersionPage } from "../../storage/metadata-store.ts";
import type { UploadRecord } from "../../storage/records.ts";

export interface PageScope {
  readonly bucket: string;
  readonly prefix: string;
  readonly pageSize: number;
}

/** @throws {StorageError} bucket-missing */
export async function* uploadPages(
  metadata: MetadataStore,
  { bucket, prefix, pageSize }: PageScope,
): AsyncIterable<readonly UploadRecord[]> {
  const scope = { prefix, delimiter: "", limit: pageSize };
  let last = { key: "", uploadId: "" };
  for (let isTruncated = true; isTruncated; ) {
    const markers = { keyMarker: last.key, uploadIdMarker: last.uploadId };
    const page = await metadata.listUploads(bucket, { ...scope, ...markers });
    yield page.uploads;
    last = page.last ?? last;
    isTruncated = page.isTruncated;
  }
}

/** @throws {StorageError} bucket-missing */
export async function* versionPages(
  metadata: MetadataStore,
  { bucket, prefix, pageSize }: PageScope,
): AsyncIterable<readonly ListedVersion[]> {
  const scope = { prefix, delimiter: "", limit: pageSize };
  let next: VersionPage["next"] | undefined = { key: "", versionId: "" };
  while (next !== undefined) {
    const markers = { keyMarker: next.key, versionIdMarker: next.versionId };
    const page: VersionPage = await metadata.listVersions(bucket, { ...scope, ...markers });
    yield page.versions;
    next = page.next;
  }
}

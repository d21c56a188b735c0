// All that a store holds, in words that mean the same for every store.
import type { BlobId, MetadataStore } from "../../src/storage/index.ts";
import { BUCKET } from "../contract/metadata/records.ts";

/** Blob ids differ between stores, so the n-th blob is called n. */
export type BlobNumbers = ReadonlyMap<BlobId, number>;

export async function snapshotOf(metadata: MetadataStore, blobNumbers: BlobNumbers): Promise<unknown> {
  const garbage = await metadata.listGarbage({ nowMs: Number.MAX_SAFE_INTEGER, limit: 10_000 });
  const garbageNumbers = garbage.map((id) => blobNumbers.get(id)).sort((a = 0, b = 0) => a - b);
  const bucket = await metadata.getBucket(BUCKET);
  if (bucket === undefined) {
    return { garbageNumbers };
  }
  const page = { prefix: "", delimiter: "", keyMarker: "", limit: 1_000 };
  const { versions } = await metadata.listVersions(BUCKET, { ...page, versionIdMarker: "" });
  const { uploads } = await metadata.listUploads(BUCKET, { ...page, uploadIdMarker: "" });
  const opened = await Promise.all(versions.map(({ version }) => metadata.openObject(version)));
  const parts = await Promise.all(
    uploads.map((upload) => metadata.listParts(upload, { afterPartNumber: 0, limit: 100 })),
  );
  return {
    ...{ bucket, versions, uploads, garbageNumbers },
    objects: await metadata.listObjects(BUCKET, { ...page, startAfter: "" }),
    opened: opened.map((each) => ({
      version: each?.version,
      extents: numbered(each?.extents ?? [], blobNumbers),
    })),
    parts: parts.map((ofUpload) => numbered(ofUpload.parts, blobNumbers)),
  };
}

function numbered(
  owned: readonly { readonly blobId: BlobId }[],
  blobNumbers: BlobNumbers,
): readonly unknown[] {
  return owned.map((each) => ({ ...each, blobId: blobNumbers.get(each.blobId) }));
}

// What a suite over the metadata port needs to know of an adapter.
import type { MetadataStore } from "../../../src/storage/index.ts";
import { BUCKET, bucketRecord, NOW_MS } from "./records.ts";

/** Opens an empty store that the test disposes of. */
export type OpenMetadataStore = (options: { readonly now: () => number }) => Promise<MetadataStore>;

/** A store with the one bucket of the records, and a clock that stands still. */
export async function openWithBucket(open: OpenMetadataStore): Promise<MetadataStore> {
  const store = await open({ now: () => NOW_MS });
  await store.createBucket(bucketRecord());
  return store;
}

/** The same, with versioning set. */
export async function openWithVersioning(
  open: OpenMetadataStore,
  versioning: "Enabled" | "Suspended",
): Promise<MetadataStore> {
  const store = await openWithBucket(open);
  await store.updateBucket(BUCKET, { versioning });
  return store;
}

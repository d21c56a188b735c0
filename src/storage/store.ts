// A store: facts and bytes together, and what keeps them in step. `openMemoryStore` and `openEmbeddedStore` make one.
import type { BlobStore } from "./blob-store.ts";
import type { MetadataStore } from "./metadata-store.ts";

/**
 * Disposing of a store collects the garbage that is left, then closes both halves.
 */
export interface Store extends AsyncDisposable {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  /** Deletes the blobs that nobody owns and whose grace has passed. @returns how many */
  collectGarbage(): Promise<number>;
}

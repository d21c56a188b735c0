// A store that forgets everything with its process: for tests, for trying things out.

import { assembleStore } from "../assemble-store.ts";
import { GarbageCollector } from "../garbage-collector.ts";
import type { Store } from "../store.ts";
import { type StoreOptions, withDefaults } from "../store-options.ts";
import { MemoryBlobStore } from "./memory-blob-store.ts";
import { MemoryMetadataStore } from "./memory-metadata-store.ts";

/** Opens an empty store in memory. */
export async function openMemoryStore(options: StoreOptions = {}): Promise<Store> {
  const settings = withDefaults(options);
  const metadata = new MemoryMetadataStore(settings.now);
  const blobs = new MemoryBlobStore(await metadata.openLease());
  const collector = new GarbageCollector({ metadata, blobs, ...settings });
  return assembleStore({ metadata, blobs, collector });
}

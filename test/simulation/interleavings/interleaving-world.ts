// The store that the operations of a schedule meet in, made anew for each schedule. Time stands still, so that a schedule
// is all that two runs can differ in.
import assert from "node:assert/strict";
import type { MetadataStore, Store } from "../../../src/storage/index.ts";
import { MemoryBlobStore } from "../../../src/storage/memory/memory-blob-store.ts";
import { MemoryMetadataStore } from "../../../src/storage/memory/memory-metadata-store.ts";
import type { LastingDatabase } from "./in-thread-metadata.ts";
import { fillStore, NOW_MS, type WorldOptions } from "./world-content.ts";
import { assertEquation, collectorAt, snapshotOf } from "./world-state.ts";

/** Where worlds are made: in memory, or in a database that outlives its process. Blobs outlive it in both. */
export type WorldPlace =
  | { readonly kind: "memory" }
  | { readonly kind: "sqlite"; readonly database: LastingDatabase };

export class InterleavingWorld {
  readonly #place: WorldPlace;
  #metadata: MetadataStore;
  readonly #blobs: MemoryBlobStore;
  readonly #leaseId: string;

  private constructor(place: WorldPlace, metadata: MetadataStore, leaseId: string) {
    this.#place = place;
    this.#metadata = metadata;
    this.#leaseId = leaseId;
    this.#blobs = new MemoryBlobStore(leaseId);
  }

  static async make(place: WorldPlace, options: WorldOptions): Promise<InterleavingWorld> {
    const now = () => NOW_MS;
    if (place.kind === "sqlite") {
      place.database.empty();
    }
    const metadata = place.kind === "memory" ? new MemoryMetadataStore(now) : place.database.metadata(now);
    const world = new InterleavingWorld(place, metadata, await metadata.openLease());
    await fillStore(world.store, options);
    return world;
  }

  get store(): Pick<Store, "blobs" | "metadata"> {
    return { metadata: this.#metadata, blobs: this.#blobs };
  }

  /** The process was lost and another one starts: it sweeps the blobs that nobody owns. */
  async restart(): Promise<void> {
    assert.ok(this.#place.kind === "sqlite", "memory is lost with its process");
    this.#place.database.restart();
    this.#metadata = this.#place.database.metadata(() => NOW_MS);
    await collectorAt(NOW_MS, this.store).sweepDeadLeases();
    assert.deepEqual(await this.#metadata.listDeadLeases(), [], "a lease was not swept");
  }

  async assertEquation(): Promise<void> {
    await assertEquation(this.store, [this.#leaseId]);
  }

  snapshot(): Promise<unknown> {
    return snapshotOf(this.store);
  }
}

// Deletes the blobs that nobody owns: those in the garbage queue once their grace has passed, and those that an earlier
// run of the process began and never published. Moves blobs that keep the space of deleted ones from being given back.
// Written against the two ports, so that every store collects alike.
import type { BlobId, BlobStore } from "./blob-store.ts";
import { copyBlob } from "./copy-blob.ts";
import { crashPoint } from "./crash-points.ts";
import { GARBAGE_GRACE_MS } from "./garbage-pace.ts";
import type { BlobMove, MetadataStore } from "./metadata-store.ts";
import { StorageError } from "./storage-error.ts";

/** How long it is known how an upload ended, for who did not hear the answer. */
const OUTCOME_KEPT_MS = 24 * 60 * 60 * 1_000;
const COLLECT_BATCH_MAX = 1_000;
/** How many blobs are copied at the same time when they are moved, so that they share the syncs of the disk. */
const MOVED_TOGETHER_MAX = 16;
/** Blobs that could not be copied are not tried again in this run, as long as they are no more than these. */
const UNMOVABLE_MAX = 10_000;
const EVERYTHING_IS_DUE_MS = Number.MAX_SAFE_INTEGER;

export interface GarbageCollectorOptions {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  readonly now: () => number;
  /** How often to look for blobs that are due, in the background. */
  readonly collectEveryMs: number | "never";
  /** Asked before anything is deleted: undefined when nothing may be, as while a backup runs. Default: it always may. */
  readonly tryCollecting?: () => Disposable | undefined;
  /** Told of a background collection that failed; the next one tries again. */
  readonly reportError: (error: unknown) => void;
}

/** Disposing of it stops the background work and collects all that is queued, due or not: nobody reads any more. */
export class GarbageCollector implements AsyncDisposable {
  readonly #options: GarbageCollectorOptions;
  #timer: NodeJS.Timeout | undefined;
  /** Collections run one after another. */
  #last: Promise<unknown> = Promise.resolve();
  #isCollectingInBackground = false;
  /** Blobs that are damaged: they stay where they are. */
  readonly #unmovable = new Set<BlobId>();

  constructor(options: GarbageCollectorOptions) {
    this.#options = options;
  }

  /** Begins to collect in the background; does not keep the process alive. */
  start(): void {
    if (this.#options.collectEveryMs !== "never") {
      this.#timer = setInterval(() => void this.#collectInBackground(), this.#options.collectEveryMs).unref();
    }
  }

  /** Deletes the blobs whose grace has passed, and forgets how old uploads ended. @returns how many blobs */
  deleteDue(): Promise<number> {
    return this.#inTurn(() => this.#deleteDue());
  }

  /** The same, and moves blobs that keep the space of others. @returns how many it deleted */
  collectDue(): Promise<number> {
    return this.#inTurn(async () => {
      const collectedCount = await this.#deleteDue();
      await this.#moveOutOfTheWay();
      return collectedCount;
    });
  }

  /** Deletes what earlier runs wrote and nobody owns. Called before this run's first blob. @returns how many */
  sweepDeadLeases(): Promise<number> {
    return this.#inTurn(async () => {
      let sweptCount = 0;
      for (const leaseId of await this.#options.metadata.listDeadLeases()) {
        sweptCount += await this.#sweep(leaseId);
      }
      return sweptCount;
    });
  }

  /** Deletes what was written under a lease and nobody owns; nothing may be written under it any more. @returns how many */
  sweepLease(leaseId: string): Promise<number> {
    return this.#inTurn(() => this.#sweep(leaseId));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#inTurn(async () => {
      const collectedCount = await this.#collect(EVERYTHING_IS_DUE_MS);
      await this.#options.blobs.reclaim();
      return collectedCount;
    });
  }

  #inTurn(task: () => Promise<number>): Promise<number> {
    const turn = this.#last.then(() => this.#unlessHeld(task));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #unlessHeld(task: () => Promise<number>): Promise<number> {
    const { tryCollecting } = this.#options;
    if (tryCollecting === undefined) {
      return task();
    }
    using permit = tryCollecting();
    return permit === undefined ? 0 : await task();
  }

  async #collectInBackground(): Promise<void> {
    if (this.#isCollectingInBackground) {
      return;
    }
    this.#isCollectingInBackground = true;
    try {
      await this.collectDue();
    } catch (error) {
      this.#options.reportError(error);
    } finally {
      this.#isCollectingInBackground = false;
    }
  }

  async #deleteDue(): Promise<number> {
    const nowMs = this.#options.now();
    const collectedCount = await this.#collect(nowMs);
    await this.#forgetOutcomes(nowMs - OUTCOME_KEPT_MS);
    return collectedCount;
  }

  async #collect(nowMs: number): Promise<number> {
    const { metadata, blobs, now } = this.#options;
    let collectedCount = 0;
    for (;;) {
      const due = await metadata.listGarbage({ nowMs, limit: COLLECT_BATCH_MAX });
      if (due.length === 0) {
        return collectedCount;
      }
      const gone = await blobs.delete(due);
      crashPoint("garbage.deleted");
      await metadata.forgetGarbage(gone);
      collectedCount += gone.length;
      if (gone.length < due.length) {
        // Pinned blobs must not stand in front of the others. They end the loop when nothing else is due.
        const goneIds = new Set(gone);
        const kept = due.filter((id) => !goneIds.has(id));
        await metadata.postponeGarbage(kept, now() + GARBAGE_GRACE_MS);
      }
      if (gone.length === 0) {
        return collectedCount;
      }
    }
  }

  /**
   * Copies blobs that lie among deleted ones, and gives the copies to their owners. Who read an owner just before still
   * finds the original, for it becomes garbage, which has its grace; so a crash at any moment loses nothing.
   */
  async #moveOutOfTheWay(): Promise<void> {
    const { metadata, blobs } = this.#options;
    const named = (await blobs.reclaim()).filter((id) => !this.#unmovable.has(id));
    const movable = named.length === 0 ? [] : await metadata.findMovable(named);
    for (let index = 0; index < movable.length; index += MOVED_TOGETHER_MAX) {
      const batch = movable.slice(index, index + MOVED_TOGETHER_MAX);
      const copies = await Promise.all(batch.map((id) => this.#copy(id)));
      crashPoint("blobs.copied");
      await metadata.moveBlobs(copies.filter((copy) => copy !== undefined));
    }
  }

  /** @returns undefined when it cannot be read or there is no place for a copy, which is reported */
  async #copy(from: BlobId): Promise<BlobMove | undefined> {
    const { blobs, reportError } = this.#options;
    using _pin = blobs.pin([from]);
    try {
      return { from, to: await copyBlob(blobs, from) };
    } catch (error) {
      if (
        error instanceof StorageError &&
        error.code === "blob-corrupt" &&
        this.#unmovable.size < UNMOVABLE_MAX
      ) {
        this.#unmovable.add(from);
      }
      reportError(error);
      return undefined;
    }
  }

  /** In batches, so that no single transaction keeps others waiting. */
  async #forgetOutcomes(endedBeforeMs: number): Promise<void> {
    const { metadata } = this.#options;
    let forgottenCount = COLLECT_BATCH_MAX;
    while (forgottenCount === COLLECT_BATCH_MAX) {
      forgottenCount = await metadata.forgetOutcomes({ endedBeforeMs, limit: COLLECT_BATCH_MAX });
    }
  }

  async #sweep(leaseId: string): Promise<number> {
    const { metadata, blobs } = this.#options;
    let orphanCount = 0;
    let sweptCount = 0;
    for await (const ids of inBatches(blobs.list(leaseId))) {
      const orphans = await metadata.findOrphans(ids);
      orphanCount += orphans.length;
      sweptCount += (await blobs.delete(orphans)).length;
    }
    crashPoint("sweep.deleted");
    // What could not be deleted is for the next start to find.
    if (sweptCount === orphanCount) {
      await metadata.forgetLease(leaseId);
    }
    return sweptCount;
  }
}

async function* inBatches(ids: AsyncIterable<BlobId>): AsyncIterable<readonly BlobId[]> {
  let batch: BlobId[] = [];
  for await (const id of ids) {
    batch.push(id);
    if (batch.length === COLLECT_BATCH_MAX) {
      yield batch;
      batch = [];
    }
  }
  yield batch;
}

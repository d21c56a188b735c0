// Who owns which blob, in memory, and the queue of those that nobody owns any more.
import type { BlobId } from "../blob-store.ts";
import { GARBAGE_GRACE_MS } from "../garbage-pace.ts";
import type { BlobMove } from "../metadata-store.ts";
import { blobOwned } from "../refusals.ts";

interface OwnedBlob {
  readonly blobId: BlobId;
}

export class MemoryGarbage {
  readonly #now: () => number;
  /** When each blob of the queue is due. */
  readonly #dueMs = new Map<BlobId, number>();
  /** Every blob that has an owner, the queue included. */
  readonly #owned = new Set<BlobId>();

  constructor(now: () => number) {
    this.#now = now;
  }

  isQueued(id: BlobId): boolean {
    return this.#dueMs.has(id);
  }

  drop(blobs: readonly OwnedBlob[]): void {
    for (const { blobId } of blobs) {
      this.#dueMs.set(blobId, this.#now() + GARBAGE_GRACE_MS);
    }
  }

  /**
   * Gives blobs to whom `action` publishes them for, or to the queue when it refuses.
   *
   * @throws {RangeError} if one of the blobs has an owner
   */
  orDrop<Result>(blobs: readonly OwnedBlob[], action: () => Result): Result {
    this.#own(blobs);
    try {
      return action();
    } catch (refusal) {
      this.drop(blobs);
      throw refusal;
    }
  }

  /** Gives copies to whom `give` gives them; who is without an owner afterwards is dropped. */
  move(moves: readonly BlobMove[], give: (move: BlobMove) => boolean): number {
    this.#own(moves.map(({ to }) => ({ blobId: to })));
    const moved = moves.filter(give);
    const refused = moves.filter((move) => !moved.includes(move));
    this.drop(
      [...moved.map(({ from }) => from), ...refused.map(({ to }) => to)].map((blobId) => ({ blobId })),
    );
    return moved.length;
  }

  due({ nowMs, limit }: { readonly nowMs: number; readonly limit: number }): readonly BlobId[] {
    return [...this.#dueMs]
      .filter(([, dueMs]) => dueMs <= nowMs)
      .sort(([, first], [, second]) => first - second)
      .slice(0, limit)
      .map(([id]) => id);
  }

  forget(ids: readonly BlobId[]): void {
    for (const id of ids) {
      this.#dueMs.delete(id);
      this.#owned.delete(id);
    }
  }

  postpone(ids: readonly BlobId[], dueMs: number): void {
    for (const id of ids.filter((queued) => this.#dueMs.has(queued))) {
      this.#dueMs.set(id, dueMs);
    }
  }

  clear(): void {
    this.#dueMs.clear();
    this.#owned.clear();
  }

  #own(blobs: readonly OwnedBlob[]): void {
    const owned = blobs.find(({ blobId }) => this.#owned.has(blobId));
    if (owned !== undefined) {
      throw blobOwned(owned.blobId);
    }
    for (const { blobId } of blobs) {
      this.#owned.add(blobId);
    }
  }
}

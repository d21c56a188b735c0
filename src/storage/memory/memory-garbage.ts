// Who owns which blob, in memory, and the queue of those that nobody owns any more.
import type { BlobId } from "../blob-store.ts";
import { GARBAGE_GRACE_MS } from "../garbage-pace.ts";
import type { BlobMove, HeldByGarbage } from "../metadata-store.ts";
import type { Extent } from "../records.ts";
import { blobOwned } from "../refusals.ts";

export class MemoryGarbage {
  readonly #now: () => number;
  /** When each blob of the queue is due. */
  readonly #dueMs = new Map<BlobId, number>();
  /** The size of every blob that has an owner, the queue included. */
  readonly #sizeBytes = new Map<BlobId, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  isQueued(id: BlobId): boolean {
    return this.#dueMs.has(id);
  }

  drop(blobs: readonly { readonly blobId: BlobId }[]): void {
    for (const { blobId } of blobs) {
      this.#dueMs.set(blobId, this.#now() + GARBAGE_GRACE_MS);
    }
  }

  /**
   * Gives blobs to whom `action` publishes them for, or to the queue when it refuses.
   *
   * @throws {RangeError} if one of the blobs has an owner
   */
  orDrop<Result>(blobs: readonly Extent[], action: () => Result): Result {
    this.#own(blobs);
    try {
      return action();
    } catch (refusal) {
      this.drop(blobs);
      throw refusal;
    }
  }

  measure(): HeldByGarbage {
    const sizes = [...this.#dueMs.keys()].map((id) => this.#sizeBytes.get(id) ?? 0);
    return { blobCount: sizes.length, heldBytes: sizes.reduce((sum, sizeBytes) => sum + sizeBytes, 0) };
  }

  /** Gives copies to whom `give` gives them; who is without an owner afterwards is dropped. */
  move(moves: readonly BlobMove[], give: (move: BlobMove) => boolean): number {
    this.#own(moves.map(({ from, to }) => ({ blobId: to, sizeBytes: this.#sizeBytes.get(from) ?? 0 })));
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
      this.#sizeBytes.delete(id);
    }
  }

  postpone(ids: readonly BlobId[], dueMs: number): void {
    for (const id of ids.filter((queued) => this.#dueMs.has(queued))) {
      this.#dueMs.set(id, dueMs);
    }
  }

  clear(): void {
    this.#dueMs.clear();
    this.#sizeBytes.clear();
  }

  #own(blobs: readonly Extent[]): void {
    const owned = blobs.find(({ blobId }) => this.#sizeBytes.has(blobId));
    if (owned !== undefined) {
      throw blobOwned(owned.blobId);
    }
    for (const { blobId, sizeBytes } of blobs) {
      this.#sizeBytes.set(blobId, sizeBytes);
    }
  }
}

// Who reads what: a count of readers for every blob that has any.
import type { BlobId } from "./blob-store.ts";

export class PinnedBlobs {
  readonly #pinCounts = new Map<BlobId, number>();

  has(id: BlobId): boolean {
    return this.#pinCounts.has(id);
  }

  /** Counts one reader more for each id, until the result is disposed of; disposing twice counts once. */
  pin(ids: readonly BlobId[]): Disposable {
    let pinned = [...ids];
    for (const id of pinned) {
      this.#pinCounts.set(id, (this.#pinCounts.get(id) ?? 0) + 1);
    }
    return {
      [Symbol.dispose]: () => {
        for (const id of pinned) {
          this.#unpin(id);
        }
        pinned = [];
      },
    };
  }

  #unpin(id: BlobId): void {
    const pinCount = (this.#pinCounts.get(id) ?? 0) - 1;
    if (pinCount > 0) {
      this.#pinCounts.set(id, pinCount);
    } else {
      this.#pinCounts.delete(id);
    }
  }
}

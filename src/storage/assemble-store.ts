// Two halves and their collector as one store.
import type { BlobStore } from "./blob-store.ts";
import type { GarbageCollector } from "./garbage-collector.ts";
import type { MetadataStore } from "./metadata-store.ts";
import type { Store } from "./store.ts";

export interface StorePieces {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  readonly collector: GarbageCollector;
  /** What keeps space for them. It works in the background, too. */
  readonly guard?: AsyncDisposable;
  /** What guards the two halves, let go of last. */
  readonly locks?: readonly Disposable[];
}

/** Starts the collector; the store owns all pieces from here. */
export function assembleStore({ metadata, blobs, collector, guard, locks = [] }: StorePieces): Store {
  collector.start();
  let closing: Promise<void> | undefined;
  return {
    metadata,
    blobs,
    collectGarbage: () => collector.collectDue(),
    [Symbol.asyncDispose]: () => {
      closing ??= closeInOrder([...(guard ? [guard] : []), collector, blobs, metadata]).finally(() => {
        for (const lock of locks) {
          lock[Symbol.dispose]();
        }
      });
      return closing;
    },
  };
}

/** Closes every piece, even when an earlier one fails; the first failure is thrown at the end. */
async function closeInOrder(pieces: readonly AsyncDisposable[]): Promise<void> {
  const failures: unknown[] = [];
  for (const piece of pieces) {
    try {
      await piece[Symbol.asyncDispose]();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) {
    throw failures[0];
  }
}

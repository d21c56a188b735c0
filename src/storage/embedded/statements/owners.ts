// Which blobs have an owner: a part of an open upload, an object, or the garbage queue.
import type { DatabaseSync } from "node:sqlite";
import type { BlobId } from "../../blob-store.ts";
import type { Extent } from "../../records.ts";
import { blobOwned } from "../../refusals.ts";
import type { Contents } from "./contents.ts";

export interface Owners {
  isOwned(id: BlobId): boolean;
  /**
   * Decides whether blobs are published. When `decide` refuses, they become garbage. It must write nothing.
   *
   * @throws {RangeError} if one of the blobs has an owner: two owners would each free it under the other
   */
  orDiscard<Result>(blobs: readonly Extent[], decide: () => Result): Result;
}

export function openOwners(database: DatabaseSync, contents: Contents): Owners {
  const owner = database.prepare(
    "SELECT 1 FROM part WHERE blob = ? UNION ALL SELECT 1 FROM gc WHERE blob = ? LIMIT 1",
  );
  const isOwned = (id: BlobId): boolean => owner.get(id, id) !== undefined;
  return {
    isOwned,
    orDiscard: (blobs, decide) => {
      const owned = blobs.find(({ blobId }) => isOwned(blobId));
      if (owned !== undefined) {
        throw blobOwned(owned.blobId);
      }
      try {
        return decide();
      } catch (refusal) {
        contents.discard(blobs);
        throw refusal;
      }
    },
  };
}

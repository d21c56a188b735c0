// Which blobs have an owner: a part of an open upload, an object, or the garbage queue.
import type { DatabaseSync } from "node:sqlite";
import type { BlobId } from "../../blob-store.ts";
import { blobOwned } from "../../refusals.ts";

export interface Owners {
  isOwned(id: BlobId): boolean;
  /** @throws {RangeError} if one of the blobs has an owner: two owners would each free it under the other */
  assertUnowned(blobs: readonly { readonly blobId: BlobId }[]): void;
}

export function openOwners(database: DatabaseSync): Owners {
  const owner = database.prepare(
    "SELECT 1 FROM part WHERE blob = ? UNION ALL SELECT 1 FROM gc WHERE blob = ? LIMIT 1",
  );
  const isOwned = (id: BlobId): boolean => owner.get(id, id) !== undefined;
  return {
    isOwned,
    assertUnowned: (blobs) => {
      const owned = blobs.find(({ blobId }) => isOwned(blobId));
      if (owned !== undefined) {
        throw blobOwned(owned.blobId);
      }
    },
  };
}

// Pins of other processes: a blob that one of them reads is not deleted here.
import type { BlobId, BlobStore } from "../blob-store.ts";

/** The same blobs; `delete` leaves those that `pinnedElsewhere` names, as it leaves those that are pinned here. */
export function sparePinned(
  blobs: BlobStore,
  pinnedElsewhere: (ids: readonly BlobId[]) => Promise<ReadonlySet<BlobId>>,
): BlobStore {
  return {
    create: (declared) => blobs.create(declared),
    open: (id) => blobs.open(id),
    pin: (ids) => blobs.pin(ids),
    async delete(ids) {
      const pinned = await pinnedElsewhere(ids);
      return blobs.delete(pinned.size === 0 ? ids : ids.filter((id) => !pinned.has(id)));
    },
    reclaim: () => blobs.reclaim(),
    list: (leaseId) => blobs.list(leaseId),
    [Symbol.asyncDispose]: () => blobs[Symbol.asyncDispose](),
  };
}

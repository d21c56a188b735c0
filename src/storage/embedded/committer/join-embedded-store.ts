// The store of a folder in a process that shares it with the one that opened it.
import { resolve } from "node:path";
import type { BlobStore } from "../../blob-store.ts";
import type { MetadataStore } from "../../metadata-store.ts";
import { PinnedBlobs } from "../../pinned-blobs.ts";
import { storeClosed } from "../../refusals.ts";
import type { Store } from "../../store.ts";
import { type StoreOptions, withDefaults } from "../../store-options.ts";
import { FileBlobStore } from "../file-blob-store.ts";
import { shareFolder } from "../folder-lock.ts";
import { guardSpace } from "../guarded-blob-store.ts";
import { placesIn } from "../places.ts";
import { SharedPromises } from "../shared-promises.ts";
import { SpaceGuard } from "../space-guard.ts";
import { SqliteMetadataStore } from "../sqlite-metadata-store.ts";
import { CommitterCalls } from "./committer-calls.ts";
import type { ProcessLink } from "./process-link.ts";
import { SnapshotReads } from "./snapshot-reads.ts";

/**
 * Joins the store that the process at the other end of `link` has opened with `openSharedStore()`, and admits this one to.
 *
 * Facts are read here and changed there; blobs are written here, under a lease of this process, and deleted there.
 *
 * @throws {StorageError} folder-unusable, no-space, store-closed
 */
export async function joinEmbeddedStore(
  folder: string,
  link: ProcessLink,
  options: Pick<StoreOptions, "now" | "reportError" | "reserveBytes"> = {},
): Promise<Store> {
  const { now, reportError, reserveBytes } = withDefaults(options);
  const dataFolder = resolve(folder);
  const { file, root } = placesIn(dataFolder);
  const pins = new PinnedBlobs();
  const lock = shareFolder(dataFolder);
  try {
    const pinned = (blobIds: readonly string[]) => blobIds.filter((id) => pins.has(id));
    const calls = new CommitterCalls({ link, reads: new SnapshotReads(file), pinned });
    const metadata = new SqliteMetadataStore(calls, now);
    const blobs = await openBlobs(metadata, { root, reportError });
    // The other process makes the reserve; here it is only left alone.
    const promises = SharedPromises.join(dataFolder, blobs.leaseId);
    const guard = new SpaceGuard({ folder: dataFolder, promises, reserveBytes, reportError });
    return storeOf(metadata, guardSpace(sharedBlobs(blobs, pins, calls), guard), { guard, lock });
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

async function openBlobs(
  metadata: MetadataStore,
  options: { readonly root: string; readonly reportError: (error: unknown) => void },
): Promise<FileBlobStore> {
  try {
    return await FileBlobStore.open({ leases: metadata, ...options });
  } catch (error) {
    await metadata[Symbol.asyncDispose]();
    throw error;
  }
}

/** The same blobs. They are deleted by the committer, which asks for the readers that are counted in `pins`. */
function sharedBlobs(blobs: BlobStore, pins: PinnedBlobs, calls: CommitterCalls): BlobStore {
  let isClosed = false;
  return {
    create: (declared) => blobs.create(declared),
    open: (id) => blobs.open(id),
    pin: (ids) => pins.pin(ids),
    delete: async (ids) => {
      if (isClosed) {
        throw storeClosed();
      }
      return calls.delete(ids);
    },
    // So is their space given back.
    reclaim: async () => [],
    list: (leaseId) => blobs.list(leaseId),
    [Symbol.asyncDispose]: () => {
      isClosed = true;
      return blobs[Symbol.asyncDispose]();
    },
  };
}

function storeOf(
  metadata: MetadataStore,
  blobs: BlobStore,
  { guard, lock }: { readonly guard: AsyncDisposable; readonly lock: Disposable },
): Store {
  let closing: Promise<void> | undefined;
  return {
    metadata,
    blobs,
    // Garbage is the other process's work.
    collectGarbage: async () => 0,
    [Symbol.asyncDispose]() {
      closing ??= closeAll([guard, blobs, metadata]).finally(() => lock[Symbol.dispose]());
      return closing;
    },
  };
}

/** Each, also when one before it fails. */
async function closeAll(pieces: readonly AsyncDisposable[]): Promise<void> {
  const [first, ...others] = pieces;
  try {
    await first?.[Symbol.asyncDispose]();
  } finally {
    if (others.length > 0) {
      await closeAll(others);
    }
  }
}

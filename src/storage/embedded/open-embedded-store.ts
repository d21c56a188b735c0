// The embedded store: one data folder, one process, nothing to set up.
import { access, constants, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { assembleStore } from "../assemble-store.ts";
import { GarbageCollector } from "../garbage-collector.ts";
import { StorageError } from "../storage-error.ts";
import type { Store } from "../store.ts";
import { type StoreOptions, withDefaults } from "../store-options.ts";
import { Committer } from "./committer/committer.ts";
import type { ProcessLink } from "./committer/process-link.ts";
import { SnapshotReads } from "./committer/snapshot-reads.ts";
import { syncDirectory } from "./directory-sync.ts";
import { FileBlobStore } from "./file-blob-store.ts";
import { openingError } from "./file-errors.ts";
import { lockFolder } from "./folder-lock.ts";
import { GarbageHold } from "./garbage-hold.ts";
import { guardSpace } from "./guarded-blob-store.ts";
import { entriesOf } from "./lease-folder.ts";
import { LivingLeases } from "./living-leases.ts";
import { makeFolder } from "./make-folder.ts";
import type { MetadataChannel } from "./metadata-channel.ts";
import { openMetadataThread } from "./metadata-thread.ts";
import { OwnerCalls } from "./owner-calls.ts";
import { placesIn } from "./places.ts";
import { SharedPromises } from "./shared-promises.ts";
import { makeRoomToOpen, SpaceGuard } from "./space-guard.ts";
import { sparePinned } from "./spare-pinned.ts";
import { SqliteMetadataStore } from "./sqlite-metadata-store.ts";

/** How long a process that shares the store may take to say what it reads. */
const ANSWER_TIMEOUT_MS = 5_000;

/** A store that other processes share: they join it with `joinEmbeddedStore()`. */
export interface SharedStore extends Store {
  /** Serves the process at the other end, until it has ended. Disposing of the store comes after the end of all. */
  admit(link: ProcessLink): void;
  /** Settles only if the store breaks: until it is opened anew every call is refused. */
  readonly failed: Promise<StorageError>;
}

/**
 * Opens the store in `folder`, creating it when it is absent, and removes what an earlier run left behind.
 *
 * The folder is this process's alone until the store is disposed of.
 *
 * @throws {StorageError} folder-in-use, folder-unusable, format-unknown, no-space
 */
export function openEmbeddedStore(folder: string, options: StoreOptions = {}): Promise<Store> {
  return openSharedStore(folder, options);
}

/** As `openEmbeddedStore()`, for a process that lets others share the folder: all their changes go through this one. */
export async function openSharedStore(folder: string, options: StoreOptions = {}): Promise<SharedStore> {
  const dataFolder = resolve(folder);
  try {
    await makeFolder(dataFolder);
    // SQLite only says that it cannot open its file; the system says why.
    await access(dataFolder, constants.W_OK);
    return await openLocked(dataFolder, withDefaults(options));
  } catch (error) {
    throw openingError(dataFolder, error);
  }
}

async function openLocked(folder: string, settings: Required<StoreOptions>): Promise<SharedStore> {
  await makeRoomToOpen(folder);
  const lock = await lockFolder(folder);
  try {
    return await openPieces(folder, lock, settings);
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

async function openPieces(
  folder: string,
  lock: Disposable,
  settings: Required<StoreOptions>,
): Promise<SharedStore> {
  const { reportError } = settings;
  const { file, root } = placesIn(folder);
  await assertNotHalf(file, root);
  const calls = await openMetadataThread({ file, role: "writer" });
  const metadata = new SqliteMetadataStore(await openReads(calls, file), settings.now);
  const hold = new GarbageHold(folder);
  try {
    await syncDirectory(folder);
    const leases = new LivingLeases(metadata, (leaseId) => promises.forget(leaseId));
    const isLeaseAlive = (leaseId: string) => leases.has(leaseId);
    const ownBlobs = await FileBlobStore.open({ root, leases, isLeaseAlive, reportError });
    const promises = SharedPromises.create(folder, ownBlobs.leaseId);
    const guard = new SpaceGuard({ folder, promises, ...settings });
    const blobs = sparePinned(ownBlobs, (blobIds) => committer.pinned(blobIds));
    const tryCollecting = () => hold.tryCollecting();
    const collector = new GarbageCollector({ metadata, blobs, tryCollecting, ...settings });
    const committer = new Committer({
      ...{ calls, blobs, leases, collector },
      answerTimeoutMs: ANSWER_TIMEOUT_MS,
      reportError,
    });
    await collector.sweepDeadLeases();
    await collector.deleteDue();
    await guard.start();
    const store = assembleStore({
      metadata,
      blobs: guardSpace(blobs, guard),
      collector,
      guard,
      locks: [hold, lock],
    });
    return {
      ...store,
      admit: (link) => committer.admit(link),
      failed: calls.failed,
      async collectGarbage() {
        const collectedCount = await store.collectGarbage();
        await guard.refill();
        return collectedCount;
      },
      async [Symbol.asyncDispose]() {
        await committer.settle();
        await store[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    hold[Symbol.dispose]();
    await metadata[Symbol.asyncDispose]();
    throw error;
  }
}

/** @throws {StorageError} folder-unusable; the writer is then closed */
async function openReads(writer: MetadataChannel, file: string): Promise<OwnerCalls> {
  try {
    return new OwnerCalls(writer, new SnapshotReads(file));
  } catch (error) {
    await writer.close();
    throw error;
  }
}

/** To a new database every blob would be an orphan, and the next start would delete them all. */
async function assertNotHalf(file: string, root: string): Promise<void> {
  const hasDatabase = await stat(file).then(
    ({ size }) => size > 0,
    () => false,
  );
  if (hasDatabase) {
    return;
  }
  const [leaseId] = await entriesOf(root);
  if (leaseId !== undefined) {
    throw new StorageError(
      "folder-unusable",
      `${root} holds blobs (${leaseId}/…), but ${file} is missing: restore it from a backup or choose another folder`,
      { fields: { path: file } },
    );
  }
}

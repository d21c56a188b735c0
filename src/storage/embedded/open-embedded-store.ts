// The embedded store: one data folder, one process, nothing to set up.
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { assembleStore } from "../assemble-store.ts";
import { GarbageCollector } from "../garbage-collector.ts";
import { StorageError } from "../storage-error.ts";
import type { Store } from "../store.ts";
import { type StoreOptions, withDefaults } from "../store-options.ts";
import { syncDirectory } from "./directory-sync.ts";
import { FileBlobStore } from "./file-blob-store.ts";
import { openingError } from "./file-errors.ts";
import { lockFolder } from "./folder-lock.ts";
import { GarbageHold } from "./garbage-hold.ts";
import { guardSpace } from "./guarded-blob-store.ts";
import { entriesOf } from "./lease-folder.ts";
import { makeFolder } from "./make-folder.ts";
import { makeRoomToOpen, SpaceGuard } from "./space-guard.ts";
import { SqliteMetadataStore } from "./sqlite-metadata-store.ts";

/**
 * Opens the store in `folder`, creating it when it is absent, and removes what an earlier run left behind.
 *
 * The folder is this process's alone until the store is disposed of.
 *
 * @throws {StorageError} folder-in-use, folder-unusable, format-unknown, no-space
 */
export async function openEmbeddedStore(folder: string, options: StoreOptions = {}): Promise<Store> {
  const dataFolder = resolve(folder);
  try {
    await makeFolder(dataFolder);
    return await openLocked(dataFolder, withDefaults(options));
  } catch (error) {
    throw openingError(dataFolder, error);
  }
}

async function openLocked(folder: string, settings: Required<StoreOptions>): Promise<Store> {
  await makeRoomToOpen(folder);
  const lock = lockFolder(folder);
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
): Promise<Store> {
  const file = join(folder, "metadata.sqlite");
  const root = join(folder, "blobs");
  await assertNotHalf(file, root);
  const guard = new SpaceGuard({ folder, ...settings });
  const metadata = await SqliteMetadataStore.open(file, settings.now);
  const hold = new GarbageHold(folder);
  try {
    await syncDirectory(folder);
    const blobs = await FileBlobStore.open({ root, leases: metadata, reportError: settings.reportError });
    const tryCollecting = () => hold.tryCollecting();
    const collector = new GarbageCollector({ metadata, blobs, tryCollecting, ...settings });
    await collector.sweepDeadLeases();
    await collector.collectDue();
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
      async collectGarbage() {
        const collectedCount = await store.collectGarbage();
        await guard.refill();
        return collectedCount;
      },
    };
  } catch (error) {
    hold[Symbol.dispose]();
    await metadata[Symbol.asyncDispose]();
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

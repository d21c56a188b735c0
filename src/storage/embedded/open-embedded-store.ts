// The embedded store: one data folder, one process, nothing to set up.
import { join, resolve } from "node:path";
import { assembleStore } from "../assemble-store.ts";
import { GarbageCollector } from "../garbage-collector.ts";
import type { Store } from "../store.ts";
import { type StoreOptions, withDefaults } from "../store-options.ts";
import { syncDirectory } from "./directory-sync.ts";
import { FileBlobStore } from "./file-blob-store.ts";
import { folderUnusable, writeError } from "./file-errors.ts";
import { lockFolder } from "./folder-lock.ts";
import { makeFolder } from "./make-folder.ts";
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
  await makeDataFolder(dataFolder);
  const lock = lockFolder(dataFolder);
  try {
    return await openLocked(dataFolder, lock, withDefaults(options));
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

async function openLocked(
  folder: string,
  lock: Disposable,
  settings: Required<StoreOptions>,
): Promise<Store> {
  const metadata = await SqliteMetadataStore.open(join(folder, "metadata.sqlite"), settings.now);
  try {
    await syncDirectory(folder);
    const openLease = (): Promise<string> => metadata.openLease();
    const { reportError } = settings;
    const blobs = await FileBlobStore.open({ root: join(folder, "blobs"), openLease, reportError });
    const collector = new GarbageCollector({ metadata, blobs, ...settings });
    await collector.sweepDeadLeases();
    await collector.collectDue();
    return assembleStore({ metadata, blobs, collector, lock });
  } catch (error) {
    await metadata[Symbol.asyncDispose]();
    throw error;
  }
}

async function makeDataFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
  } catch (cause) {
    const error = writeError(folder, cause);
    throw error === cause ? folderUnusable(folder, cause) : error;
  }
}

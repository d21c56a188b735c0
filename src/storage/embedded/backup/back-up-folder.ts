// A backup of a data folder while its server runs, or without one: a folder that has the facts of one moment and every
// blob that they name. It is no data folder: nothing can be served from it, and what was restored from it goes ways of
// its own.
import { join, resolve } from "node:path";
import { StorageError } from "../../storage-error.ts";
import type { FolderFault } from "../check/folder-fault.ts";
import { lockFolder } from "../folder-lock.ts";
import { holdGarbage } from "../garbage-hold.ts";
import { makeFolder } from "../make-folder.ts";
import { type CopiedFiles, copyFiles, publishFile, removeOthers } from "./copy-files.ts";
import { BLOBS_FOLDER, blobFileNames, namesIn, settingsIn } from "./folder-files.ts";
import { assertDataFolder, isBackup, SNAPSHOT_FILE, takeSnapshot } from "./snapshot.ts";
import { CopiesVerifier } from "./verify-copies.ts";

export interface BackupResult extends CopiedFiles {
  /** Of the blobs that the backup has. */
  readonly blobCount: number;
  /** Files of an earlier backup that were wanted no more. */
  readonly removedCount: number;
  /**
   * Blobs that could not be copied, or are not what was written, at most 10,000: the data folder's disk has damaged them.
   */
  readonly damages: readonly FolderFault[];
}

/**
 * Makes `target` a backup of `folder` as it is now. A backup that is there already is brought up to date: blobs that it
 * has are not copied again. Until the new one is complete the one before stays valid. Meanwhile the folder's server
 * deletes no bytes. What is copied is read and compared with its checksums; what is damaged stays in the backup as it is, and
 * of what cannot be read stays what an earlier backup has.
 *
 * @throws {StorageError} folder-unusable, format-unknown, folder-in-use, no-space
 */
export async function backUpFolder(folder: string, target: string): Promise<BackupResult> {
  const from = resolve(folder);
  const to = resolve(target);
  assertDataFolder(from);
  await assertTakesBackup(to);
  await makeFolder(to);
  using _lock = await lockFolder(to);
  using _hold = holdGarbage(from);
  const unfinished = join(to, `${SNAPSHOT_FILE}.new`);
  const blobIds = takeSnapshot(from, unfinished);
  const names = blobFileNames(from, blobIds);
  const blobs = join(to, BLOBS_FOLDER);
  const verifier = new CopiesVerifier(blobs, unfinished, blobIds);
  const copied = await copyFiles(join(from, BLOBS_FOLDER), blobs, names, {
    verify: (name) => verifier.verify(name),
    tellUnreadable: (name, unreadable) => verifier.takeUnreadable(name, unreadable),
  }).finally(() => verifier[Symbol.dispose]());
  await copyFiles(from, to, await settingsIn(from));
  await publishFile(unfinished, join(to, SNAPSHOT_FILE));
  const removedCount = await removeOthers(blobs, names);
  return { ...copied, blobCount: blobIds.size, removedCount, damages: verifier.faults };
}

/** @throws {StorageError} folder-unusable if `target` holds something that is not a backup */
async function assertTakesBackup(target: string): Promise<void> {
  const names = await namesIn(target);
  // A first backup that was killed has left its lock and its unfinished snapshot.
  const isStranger = names.length > 0 && !isBackup(target) && !names.includes(`${SNAPSHOT_FILE}.new`);
  if (isStranger && names.some((name) => name !== "lock.sqlite")) {
    throw new StorageError(
      "folder-unusable",
      `${target} holds something that is no backup; choose another folder, or one that is not there yet`,
      { fields: { path: target } },
    );
  }
}

// A data folder made of a backup. The database comes last: until then no server starts over the folder.
import { join, resolve } from "node:path";
import { StorageError } from "../../storage-error.ts";
import { lockFolder } from "../folder-lock.ts";
import { makeFolder } from "../make-folder.ts";
import { type CopiedFiles, copyFiles, publishFile } from "./copy-files.ts";
import { BLOBS_FOLDER, blobFileNames, namesIn, settingsIn } from "./folder-files.ts";
import { DATABASE_FILE, isBackup, leaveLeasesBehind, readSnapshot, SNAPSHOT_FILE } from "./snapshot.ts";

/**
 * Makes `folder`, which must be new or empty, what was backed up. A restore that was killed is taken up again.
 * Blobs that the backup lacks, or that cannot be read from it, are missing in the folder too.
 *
 * @throws {StorageError} folder-unusable, format-unknown, folder-in-use, no-space
 */
export async function restoreFolder(backup: string, folder: string): Promise<CopiedFiles> {
  const from = resolve(backup);
  const to = resolve(folder);
  if (!isBackup(from)) {
    throw unusableFolder(from, `is no complete backup: it has no ${SNAPSHOT_FILE}`);
  }
  using _backup = await lockFolder(from);
  const names = blobFileNames(from, readSnapshot(join(from, SNAPSHOT_FILE)));
  const unfinished = `${DATABASE_FILE}.new`;
  await assertTakesRestore(to, unfinished);
  await makeFolder(to);
  using _lock = await lockFolder(to);
  // First of all, so that a folder in which a restore was killed can be told from one of somebody else.
  await copyFiles(from, to, [[SNAPSHOT_FILE, unfinished]]);
  // Whoever reads the blob is told; all others are of use.
  const tellUnreadable = async () => {};
  const copied = await copyFiles(join(from, BLOBS_FOLDER), join(to, BLOBS_FOLDER), names, { tellUnreadable });
  await copyFiles(from, to, await settingsIn(from));
  leaveLeasesBehind(join(to, unfinished));
  await publishFile(join(to, unfinished), join(to, DATABASE_FILE));
  return copied;
}

async function assertTakesRestore(folder: string, unfinished: string): Promise<void> {
  const names = await namesIn(folder);
  const isUnfinished = names.includes(unfinished) && !names.includes(DATABASE_FILE);
  if (!isUnfinished && names.some((name) => name !== "lock.sqlite")) {
    throw unusableFolder(
      folder,
      "holds something already; restore to a folder that is empty or not there yet",
    );
  }
}

function unusableFolder(path: string, reason: string): StorageError {
  return new StorageError("folder-unusable", `${path} ${reason}`, { fields: { path } });
}

// Folders that survive a power cut: each new one is synced in the one above it.
import { mkdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { syncDirectory } from "./directory-sync.ts";
import { errorCode, isFileMissing } from "./file-errors.ts";

const OWNER_ONLY = 0o700;

/**
 * Creates `folder` and those above it that are missing, for the owner alone.
 *
 * Not by Node's recursive mkdir: where no folder can be made, as in /proc, it tries for ever.
 */
export async function makeFolder(folder: string): Promise<void> {
  const missing = await missingFolders(resolve(folder));
  await syncNameOf(missing[0] === undefined ? resolve(folder) : dirname(missing[0]));
  for (const path of missing) {
    await makeOneFolder(path);
  }
}

/** Creates `folder` in one that is there, unless it exists, and makes its name durable. */
export async function makeOneFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: OWNER_ONLY });
  } catch (error) {
    // Somebody else may have been faster.
    if (errorCode(error) !== "EEXIST" || !(await isFolder(folder))) {
      throw error;
    }
  }
  await syncDirectory(dirname(folder));
}

/**
 * Makes the name of a folder durable that was there before. Whoever made it may have been killed before it was synced.
 *
 * The folder above may be another user's, or of a file system that syncs no folders. That is no reason to refuse.
 */
async function syncNameOf(folder: string): Promise<void> {
  try {
    await syncDirectory(dirname(folder));
  } catch (error) {
    if (errorCode(error) === "EIO") {
      throw error;
    }
  }
}

/** `folder` and those above it that are not there, the highest first. */
async function missingFolders(folder: string): Promise<readonly string[]> {
  const missing: string[] = [];
  let path = folder;
  while (!(await isFolder(path)) && path !== dirname(path)) {
    missing.push(path);
    path = dirname(path);
  }
  return missing.reverse();
}

/** @returns false for what is not there. A file is left to mkdir to complain of. */
async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isFileMissing(error)) {
      return false;
    }
    throw error;
  }
}

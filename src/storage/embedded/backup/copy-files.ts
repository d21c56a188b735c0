// Copies files of a data folder, each whole or not at all. A file that is there already as it should be is left: blobs
// never change, so the second backup to a place copies only what is new.
import { constants } from "node:fs";
import { copyFile, open, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { StorageError } from "../../storage-error.ts";
import { syncDirectory } from "../directory-sync.ts";
import { errorCode, isFileMissing, writeError } from "../file-errors.ts";
import { makeFolder } from "../make-folder.ts";

export interface CopiedFiles {
  /** Copied now. */
  readonly fileCount: number;
  readonly bytes: number;
  /** There already. */
  readonly keptCount: number;
}

const COPIED_TOGETHER_MAX = 4;
const READ_SIZE_BYTES = 1024 * 1024;
const UNFINISHED_ENDING = ".copying";
const UNVERIFIED_TIME: Date = new Date(0);

export interface UnreadableFile {
  /** Such as `its file blobs/5 is missing`. */
  readonly reason: string;
  readonly isMissing: boolean;
  /** Whether there is a copy that was made earlier. */
  readonly hasCopy: boolean;
}

/** What becomes of the copies, by their names. */
export interface CopyChecks {
  /** Whether the copy, which has just been made, is as it should be. */
  readonly verify?: (name: string) => Promise<boolean>;
  /** It cannot be made, and one that was made earlier stays. Default: that is an error. */
  readonly tellUnreadable?: (name: string, unreadable: UnreadableFile) => Promise<void>;
}

/**
 * Copies the files of these names from one folder to another; when it resolves they are on the disk. A pair is the name
 * in the one and in the other. A copy that is not as it should be stays, and is made anew the next time.
 *
 * @throws {StorageError} blob-missing, no-space
 */
export async function copyFiles(
  from: string,
  to: string,
  names: Iterable<string | readonly [from: string, to: string]>,
  { verify = async () => true, tellUnreadable }: CopyChecks = {},
): Promise<CopiedFiles> {
  const copied = { fileCount: 0, bytes: 0, keptCount: 0 };
  const folders = new Set<string>();
  // One iterator for all, so that each name is taken once.
  const rest = names[Symbol.iterator]();
  const copyRest = async () => {
    for (const name of { [Symbol.iterator]: () => rest }) {
      const [nameFrom, nameTo] = typeof name === "string" ? [name, name] : name;
      const place = { from: join(from, nameFrom), to: join(to, nameTo) };
      try {
        const bytes = await copyOne(place, folders, () => verify(nameTo));
        copied.keptCount += bytes === undefined ? 1 : 0;
        copied.fileCount += bytes === undefined ? 0 : 1;
        copied.bytes += bytes ?? 0;
      } catch (error) {
        const unreadable = tellUnreadable && (await whyUnreadable(place, error));
        if (unreadable === undefined) {
          throw error;
        }
        await tellUnreadable?.(nameTo, unreadable);
      }
    }
  };
  await Promise.all(Array.from({ length: COPIED_TOGETHER_MAX }, copyRest));
  for (const folder of folders) {
    await syncDirectory(folder);
  }
  return copied;
}

/** Gives a file that is whole its name, in the same folder; when it resolves all of it is on the disk. */
export async function publishFile(unfinished: string, file: string): Promise<void> {
  await syncFile(unfinished);
  await rename(unfinished, file);
  await syncDirectory(dirname(file));
}

/** Removes the files below `folder` that have none of these names, and what a copy that was killed left. */
export async function removeOthers(folder: string, names: ReadonlySet<string>): Promise<number> {
  let removedCount = 0;
  for (const name of await filesBelow(folder)) {
    if (!names.has(name)) {
      await rm(join(folder, name));
      removedCount += 1;
    }
  }
  return removedCount;
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    return files.map((file) => join(file.parentPath, file.name).slice(folder.length + 1));
  } catch (error) {
    if (isFileMissing(error)) {
      return [];
    }
    throw error;
  }
}

/** @returns bytes; undefined when it was there */
async function copyOne(
  { from, to }: { readonly from: string; readonly to: string },
  folders: Set<string>,
  verify: () => Promise<boolean>,
): Promise<number | undefined> {
  const source = await stat(from).catch((error: unknown) => {
    throw isFileMissing(error)
      ? new StorageError("blob-missing", `${from} is missing: the data folder was damaged from outside`, {
          cause: error,
          fields: { path: from },
        })
      : error;
  });
  const present = await stat(to).catch(() => undefined);
  // A copy that is as it should be has the time of its original, so that a file that grew since is copied again.
  const isVerified = present !== undefined && present.mtimeMs !== UNVERIFIED_TIME.getTime();
  if (isVerified && present.size === source.size && Math.abs(present.mtimeMs - source.mtimeMs) < 1) {
    return undefined;
  }
  const folder = dirname(to);
  const unfinished = `${to}${UNFINISHED_ENDING}`;
  try {
    if (!folders.has(folder)) {
      await makeFolder(folder);
      folders.add(folder);
    }
    await copyFile(from, unfinished, constants.COPYFILE_FICLONE);
    // With the time of now, it would pass for a copy of what its original becomes within the same moment.
    await utimes(unfinished, UNVERIFIED_TIME, UNVERIFIED_TIME);
    await syncFile(unfinished);
    await rename(unfinished, to);
    if (await verify()) {
      await utimes(to, source.atime, source.mtime);
    }
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw errorCode(error) === undefined ? error : writeError(to, error);
  }
  return source.size;
}

/** Undefined when all of it can be read: the copying failed for something else. */
async function whyUnreadable(
  { from, to }: { readonly from: string; readonly to: string },
  failure: unknown,
): Promise<UnreadableFile | undefined> {
  const isMissing = failure instanceof StorageError && failure.code === "blob-missing";
  const why = isMissing ? "is missing" : await readingFailure(from);
  if (why === undefined) {
    return undefined;
  }
  const hasCopy = await stat(to).then(
    () => true,
    () => false,
  );
  return { reason: `its file ${from} ${why}`, isMissing, hasCopy };
}

async function readingFailure(file: string): Promise<string | undefined> {
  const buffer = Buffer.allocUnsafe(READ_SIZE_BYTES);
  try {
    await using handle = await open(file, "r");
    while ((await handle.read(buffer, 0, buffer.length)).bytesRead > 0) {}
    return undefined;
  } catch (error) {
    return `cannot be read: ${error instanceof Error ? error.message : error}`;
  }
}

async function syncFile(file: string): Promise<void> {
  await using handle = await open(file, "r+");
  await handle.sync();
}

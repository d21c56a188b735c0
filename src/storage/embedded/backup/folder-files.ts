// Which files of a data folder belong in a backup besides the facts.
import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import type { BlobId } from "../../blob-store.ts";
import { blobFilesOf } from "../blob-files.ts";
import { blobPlace, isRecord } from "../blob-place.ts";
import { isFileMissing } from "../file-errors.ts";

export const BLOBS_FOLDER = "blobs";
/** What is there only while the folder is used, and what a backup has in its own way. */
const NOT_SETTINGS =
  /^(metadata|lock|hold|snapshot|users\.lock)\.sqlite|^(promised|reserve|scrub\.json|server\.json)$|\.new$|\.copying$/;

/** @returns none if the folder is not there */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isFileMissing(error)) {
      return [];
    }
    throw error;
  }
}

/** The files of these blobs, relative to the folder of blobs. */
export function blobFileNames(folder: string, blobIds: Iterable<BlobId>): ReadonlySet<string> {
  const root = join(folder, BLOBS_FOLDER);
  return new Set([...blobFilesOf(root, blobIds)].map((file) => relative(root, file)));
}

/** The file in which this blob lies, relative to the folder of blobs. */
export function blobFileName(blobId: BlobId): string {
  const place = blobPlace("", blobId);
  return isRecord(place) ? place.segment.file : place.file;
}

/** Files of a folder or a backup that are neither facts nor blobs, such as the credentials. */
export async function settingsIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && !NOT_SETTINGS.test(entry.name)).map(({ name }) => name);
}

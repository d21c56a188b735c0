// The folders of a lease: taken at the start, listed by the sweep, removed when nothing is left in them.
import { mkdir, readdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import type { MetadataStore } from "../metadata-store.ts";
import { type SegmentPlace, segmentNumberOf, segmentPlace } from "./blob-place.ts";
import { syncDirectory } from "./directory-sync.ts";
import { isFileMissing, writeError } from "./file-errors.ts";

const OWNER_ONLY = 0o700;

/** What gives leases: a metadata store. */
export type LeaseSource = Pick<MetadataStore, "openLease">;

/**
 * Takes the next lease that is above all that have a folder, and makes its folder in `root`.
 *
 * Only to a database that was restored from a backup are there folders above its last lease. They are passed over and
 * never swept: their blobs may be wanted by the newer database that the user still has.
 */
export async function takeLease(root: string, leases: LeaseSource): Promise<string> {
  const folders = (await entriesOf(root)).map(Number).filter(Number.isSafeInteger);
  const highest = folders.reduce((highestYet, lease) => Math.max(highestYet, lease), 0);
  const leaseId = await leases.openLease(String(highest));
  try {
    await mkdir(join(root, leaseId), { mode: OWNER_ONLY });
    await syncDirectory(root);
    return leaseId;
  } catch (error) {
    throw writeError(root, error);
  }
}

/**
 * The names in a folder that this store made; other names are not its business. None if it is not there.
 *
 * All at once, not one by one: some file systems pass over names when others are removed while they are listed.
 */
export function entriesOf(folder: string): Promise<readonly string[]> {
  return namesIn(folder, /^[0-9]+$/);
}

/** The names of blobs that have files of their own. */
export function blobNamesIn(folder: string): Promise<readonly string[]> {
  return namesIn(folder, /^f?[0-9]+$/);
}

/** The segments of a lease, or those of which there is a file with this ending. None if it has no folder. */
export async function segmentsIn(
  root: string,
  leaseId: string,
  ending = "",
): Promise<readonly SegmentPlace[]> {
  const names = await namesIn(join(root, leaseId), /^segment-[0-9]+(\.dead)?$/);
  return names
    .map((name) =>
      name.endsWith(ending) ? segmentNumberOf(name.slice(0, name.length - ending.length)) : undefined,
    )
    .filter((segmentNumber) => segmentNumber !== undefined)
    .map((segmentNumber) => segmentPlace(root, leaseId, segmentNumber));
}

async function namesIn(folder: string, pattern: RegExp): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => pattern.test(name));
  } catch (error) {
    if (isFileMissing(error)) {
      return [];
    }
    throw error;
  }
}

/** @returns whether it is gone */
export async function removeIfEmpty(folder: string): Promise<boolean> {
  try {
    await rmdir(folder);
    return true;
  } catch (error) {
    return isFileMissing(error);
  }
}

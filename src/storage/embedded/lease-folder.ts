// The folders of a lease: taken at the start, listed by the sweep, removed when nothing is left in them.
import { mkdir, opendir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import type { MetadataStore } from "../metadata-store.ts";
import { StorageError } from "../storage-error.ts";
import { syncDirectory } from "./directory-sync.ts";
import { errorCode, isFileMissing, writeError } from "./file-errors.ts";

const OWNER_ONLY = 0o700;
/** Leases that are passed over because a folder of their name is there. */
const LEASE_ATTEMPTS_MAX = 10_000;

/** What gives leases: a metadata store. */
export type LeaseSource = Pick<MetadataStore, "openLease" | "forgetLease">;

/**
 * Takes the next lease that has no folder yet, and makes its folder in `root`.
 *
 * Only a database that was restored from a backup gives a lease whose folder is there. Such a folder is passed over and
 * never swept: its blobs may be wanted by the newer database that the user still has.
 */
export async function takeLease(root: string, leases: LeaseSource): Promise<string> {
  for (let attempt = 1; attempt <= LEASE_ATTEMPTS_MAX; attempt++) {
    const leaseId = await leases.openLease();
    try {
      await mkdir(join(root, leaseId), { mode: OWNER_ONLY });
      await syncDirectory(root);
      return leaseId;
    } catch (error) {
      if (errorCode(error) !== "EEXIST") {
        throw writeError(root, error);
      }
      await leases.forgetLease(leaseId);
    }
  }
  throw new StorageError("folder-unusable", `${root} holds blobs that metadata.sqlite knows nothing of`, {
    fields: { path: root },
  });
}

/** Removes the folders of runs that ended before they wrote anything. */
export async function removeEmptyLeases(root: string): Promise<void> {
  for await (const leaseId of entriesOf(root)) {
    await removeIfEmpty(join(root, leaseId));
  }
}

/** The names in a folder that this store made; other names are not its business. None if it is not there. */
export async function* entriesOf(folder: string): AsyncIterable<string> {
  try {
    for await (const { name } of await opendir(folder)) {
      if (/^[0-9]+$/.test(name)) {
        yield name;
      }
    }
  } catch (error) {
    if (!isFileMissing(error)) {
      throw error;
    }
  }
}

/** @returns whether it is gone */
export async function removeIfEmpty(folder: string): Promise<boolean> {
  try {
    await rmdir(folder);
    return true;
  } catch {
    return false;
  }
}

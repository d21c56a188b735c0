// The facts of a folder at one moment, as a database of its own, and what it says is in the blobs.
import { randomInt } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { BlobId } from "../../blob-store.ts";
import { StorageError } from "../../storage-error.ts";
import { makePrivateFile } from "../make-private-file.ts";
import { assertCurrentFormat } from "../schema.ts";
import { isDiskFull, noSpace, unusable } from "../sqlite-errors.ts";

export const DATABASE_FILE = "metadata.sqlite";
/** The facts, in a backup. */
export const SNAPSHOT_FILE = "snapshot.sqlite";
/** So many that two folders restored from one backup hardly ever get the same, and few enough to be counted on from. */
const LEASE_STEP_MIN = 1_000_000;
const LEASE_STEP_MAX = 1_000_000_000_000;
/** How long to wait for the server, should it have the database for itself. */
const BUSY_TIMEOUT_MS = 60_000;

/** @throws {StorageError} folder-unusable, format-unknown */
export function assertDataFolder(folder: string): void {
  const file = join(folder, DATABASE_FILE);
  if (!existsSync(file)) {
    throw new StorageError("folder-unusable", `${folder} is no data folder: it has no ${DATABASE_FILE}`, {
      fields: { path: folder },
    });
  }
  // Before anything is made, in it or for it.
  try {
    using database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    assertCurrentFormat(database, file);
  } catch (error) {
    throw snapshotError(file, error);
  }
}

/**
 * Writes the facts that `folder` has now to `file`, while its server goes on.
 *
 * @returns the blobs that they name @throws {StorageError} folder-unusable, format-unknown, no-space
 */
export function takeSnapshot(folder: string, file: string): ReadonlySet<BlobId> {
  const source = join(folder, DATABASE_FILE);
  rmSync(file, { force: true });
  try {
    using database = new DatabaseSync(source, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    assertCurrentFormat(database, source);
    makePrivateFile(file);
    database.prepare("VACUUM INTO ?").run(file);
    using snapshot = new DatabaseSync(file);
    // The blobs in the queue are nobody's, and are not copied.
    snapshot.exec("PRAGMA synchronous = FULL; DELETE FROM gc;");
    return blobsOf(snapshot);
  } catch (error) {
    throw snapshotError(file, error);
  }
}

/** @returns the blobs that a snapshot names @throws {StorageError} format-unknown, folder-unusable */
export function readSnapshot(file: string): ReadonlySet<BlobId> {
  try {
    using snapshot = new DatabaseSync(file, { readOnly: true });
    assertCurrentFormat(snapshot, file);
    return blobsOf(snapshot);
  } catch (error) {
    throw snapshotError(file, error);
  }
}

/** Whether a folder is a backup that was complete once. */
export function isBackup(folder: string): boolean {
  return existsSync(join(folder, SNAPSHOT_FILE));
}

/**
 * The run that opens the database next takes a lease far from all that the original ever takes: both may go on, and be
 * backed up to one place, and a blob's id must say which bytes it is for ever.
 */
export function leaveLeasesBehind(file: string): void {
  using database = new DatabaseSync(file);
  database.exec("PRAGMA synchronous = FULL");
  database
    .prepare("UPDATE counter SET value = value + ? WHERE name = 'lease'")
    .run(randomInt(LEASE_STEP_MIN, LEASE_STEP_MAX));
}

function blobsOf(snapshot: DatabaseSync): ReadonlySet<BlobId> {
  const blobs = new Set<BlobId>();
  for (const { blob } of snapshot.prepare("SELECT blob FROM part").iterate()) {
    blobs.add(String(blob));
  }
  return blobs;
}

function snapshotError(file: string, error: unknown): unknown {
  if (error instanceof StorageError) {
    return error;
  }
  return isDiskFull(error) ? noSpace(file, error) : unusable(file, error);
}

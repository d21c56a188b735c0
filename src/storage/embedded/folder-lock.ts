// One server at a time: a transaction on a small SQLite file that nobody writes, held as long as the store is open. The
// kernel lets go of it when the process ends, however it ends, so no lock is ever stale.
//
// The process that opens the folder reserves the file; processes that share its store read from it, which a reservation
// lets them do. Before a folder is opened again nobody may do either: a process of the server before, whose owner was
// killed, may still be about to write a blob, and what it writes must not come after the sweep for orphans.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { StorageError } from "../storage-error.ts";
import { makePrivateFile } from "./make-private-file.ts";
import { isBusy, isDiskFull, noSpace, unusable } from "./sqlite-errors.ts";

const LOCK_FILE = "lock.sqlite";
/** How long to wait for the processes of a server whose owner was killed; they end by themselves, at once. */
const ENDING_TIMEOUT_MS = 10_000;
const ENDING_INTERVAL_MS = 10;

/** Takes the folder for this process. @throws {StorageError} folder-in-use, folder-unusable, no-space */
export async function lockFolder(folder: string): Promise<Disposable> {
  const file = join(folder, LOCK_FILE);
  makePrivateFile(file);
  const database = new DatabaseSync(file, { open: false });
  try {
    database.open();
    await untilAlone(database);
    database.exec("BEGIN IMMEDIATE");
    return closing(database);
  } catch (error) {
    close(database);
    if (isBusy(error)) {
      throw folderInUse(folder, error);
    }
    throw isDiskFull(error) ? noSpace(folder, error) : unusable(folder, error);
  }
}

/** Shares a folder that another process has taken, until the result is disposed of. @throws {StorageError} folder-unusable */
export function shareFolder(folder: string): Disposable {
  const database = new DatabaseSync(join(folder, LOCK_FILE), { open: false });
  try {
    database.open();
    database.exec("BEGIN; SELECT * FROM sqlite_schema");
    return closing(database);
  } catch (error) {
    close(database);
    throw unusable(folder, error);
  }
}

/** @throws SQLite's "busy" when another process has the folder, or shares it for too long */
async function untilAlone(database: DatabaseSync): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += ENDING_INTERVAL_MS) {
    try {
      database.exec("BEGIN EXCLUSIVE; ROLLBACK");
      return;
    } catch (error) {
      if (!isBusy(error) || waitedMs >= ENDING_TIMEOUT_MS) {
        throw error;
      }
    }
    // Refused at once when the folder has an owner.
    database.exec("BEGIN IMMEDIATE; ROLLBACK");
    await delay(ENDING_INTERVAL_MS);
  }
}

function closing(database: DatabaseSync): Disposable {
  return { [Symbol.dispose]: () => close(database) };
}

function close(database: DatabaseSync): void {
  if (database.isOpen) {
    database.close();
  }
}

function folderInUse(folder: string, cause: unknown): StorageError {
  return new StorageError(
    "folder-in-use",
    `data folder ${folder} is in use: stop the other server or choose another folder with --data`,
    { cause, fields: { path: folder } },
  );
}

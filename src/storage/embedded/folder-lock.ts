// One process at a time: an exclusive transaction on a small SQLite file, held as long as the store is open. The kernel
// lets go of it when the process ends, however it ends, so no lock is ever stale.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StorageError } from "../storage-error.ts";
import { isBusy, isDiskFull, noSpace, unusable } from "./sqlite-errors.ts";

/** @throws {StorageError} folder-in-use, folder-unusable, no-space */
export function lockFolder(folder: string): Disposable {
  const database = new DatabaseSync(join(folder, "lock.sqlite"), { open: false });
  try {
    database.open();
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    if (database.isOpen) {
      database.close();
    }
    if (isBusy(error)) {
      throw folderInUse(folder, error);
    }
    throw isDiskFull(error) ? noSpace(folder, error) : unusable(folder, error);
  }
  return {
    [Symbol.dispose]: () => {
      if (database.isOpen) {
        database.close();
      }
    },
  };
}

function folderInUse(folder: string, cause: unknown): StorageError {
  return new StorageError(
    "folder-in-use",
    `data folder ${folder} is in use: stop the other server or choose another folder with --data`,
    { cause, fields: { path: folder } },
  );
}

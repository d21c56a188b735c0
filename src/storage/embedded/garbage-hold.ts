// Keeps the collector of garbage from deleting while a backup copies: what the backup's snapshot names must stay, however
// long the copying takes. A lock of SQLite between processes: backups read `hold.sqlite`, the collector wants it alone.
// The kernel lets go of it when a process ends, so no backup that was killed holds anything.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { storeClosed } from "../refusals.ts";
import { makePrivateFile } from "./make-private-file.ts";
import { isBusy, unusable } from "./sqlite-errors.ts";

const HOLD_FILE = "hold.sqlite";
/** How long a backup waits for the end of a collection under way. */
const COLLECTION_TIMEOUT_MS = 60_000;

/** The collector's side. */
export class GarbageHold implements Disposable {
  readonly #database: DatabaseSync;

  /** Makes the file if it is not there, for on a full disk it cannot be made. */
  constructor(folder: string) {
    this.#database = openHold(folder, 0);
  }

  /**
   * @returns undefined while a backup runs; else no backup begins until the result is disposed of
   * @throws {StorageError} store-closed
   */
  tryCollecting(): Disposable | undefined {
    if (!this.#database.isOpen) {
      throw storeClosed();
    }
    try {
      this.#database.exec("BEGIN EXCLUSIVE");
    } catch (error) {
      if (isBusy(error)) {
        return undefined;
      }
      throw error;
    }
    return { [Symbol.dispose]: () => this.#database.exec("ROLLBACK") };
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}

/** The backup's side: nothing in `folder` is deleted until the result is disposed of. @throws {StorageError} folder-unusable */
export function holdGarbage(folder: string): Disposable {
  const database = openHold(folder, COLLECTION_TIMEOUT_MS);
  database.exec("BEGIN");
  // A transaction has its lock once it has read.
  database.prepare("SELECT count(*) FROM hold").get();
  return { [Symbol.dispose]: () => database.close() };
}

function openHold(folder: string, timeoutMs: number): DatabaseSync {
  const file = join(folder, HOLD_FILE);
  makePrivateFile(file);
  const database = new DatabaseSync(file, { open: false, timeout: timeoutMs });
  try {
    database.open();
    // With a page in it: to lock an empty file, SQLite writes.
    if (database.prepare("SELECT 1 FROM sqlite_schema").get() === undefined) {
      database.exec("CREATE TABLE IF NOT EXISTS hold (unused)");
    }
    return database;
  } catch (error) {
    if (database.isOpen) {
      database.close();
    }
    throw isBusy(error) ? error : unusable(folder, error);
  }
}

// Files of SQLite that are readable for their owner alone, whatever the folder is: SQLite itself makes them for everybody
// to read, and gives what it makes beside a database, such as the log, the rights of the database.
import { closeSync, openSync } from "node:fs";

const OWNER_ONLY = 0o600;
/** SQLite's name for a database without a file. */
const NO_FILE = ":memory:";

/** Makes an empty file, which SQLite takes for a new database. One that is there stays as it is. */
export function makePrivateFile(path: string): void {
  if (path === NO_FILE) {
    return;
  }
  try {
    closeSync(openSync(path, "ax", OWNER_ONLY));
  } catch {
    // It is there, or cannot be made; then SQLite cannot make it either, and says why.
  }
}

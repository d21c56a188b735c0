// What open uploads hold, read from a data folder whether a server runs over it or not.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { HeldByUploads } from "../metadata-store.ts";
import { StorageError } from "../storage-error.ts";
import { openDatabaseForReading } from "./schema.ts";
import { prepareMeasurement } from "./statements/upload-measurement.ts";

/**
 * By bucket, in the order of names; buckets without an open upload are left out. Reads one row for each upload, none for
 * its parts, and nothing is written.
 *
 * @param folder  a data folder, which stays with the process that has it
 * @throws {StorageError} folder-unusable, format-unknown
 */
export function measureOpenUploads(
  folder: string,
  request: { readonly begunBeforeMs: number },
): readonly HeldByUploads[] {
  const file = join(folder, "metadata.sqlite");
  if (!existsSync(file)) {
    throw new StorageError("folder-unusable", `${folder} is no data folder: there is no ${file}`, {
      fields: { path: folder },
    });
  }
  const database = openDatabaseForReading(file);
  try {
    return prepareMeasurement(database)(request);
  } finally {
    database.close();
  }
}

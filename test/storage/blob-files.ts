// What lies on the disk, seen without the store.
import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** The ids of all blobs in a data folder, by the files that are there. */
export async function blobFilesIn(dataFolder: string): Promise<readonly string[]> {
  const entries = await readdir(join(dataFolder, "blobs"), { recursive: true });
  return entries
    .flatMap((path) => {
      const [leaseId, , sequence] = path.split("/");
      return leaseId !== undefined && sequence !== undefined ? [`${leaseId}/${sequence}`] : [];
    })
    .sort();
}

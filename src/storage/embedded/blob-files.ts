// The files in which blobs lie.
import type { BlobId } from "../blob-store.ts";
import { blobPlace } from "./blob-path.ts";

/** @param root  the folder of all blobs @returns their paths, each once */
export function blobFilesOf(root: string, blobIds: Iterable<BlobId>): ReadonlySet<string> {
  const files = new Set<string>();
  for (const id of blobIds) {
    files.add(blobPlace(root, id).file);
  }
  return files;
}

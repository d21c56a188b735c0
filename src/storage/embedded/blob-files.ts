// The files in which blobs lie.
import { existsSync } from "node:fs";
import type { BlobId } from "../blob-store.ts";
import { blobPlace, isRecord } from "./blob-place.ts";
import { deadMarksFile } from "./dead-marks.ts";

/** @param root  the folder of all blobs @returns their paths, each once */
export function blobFilesOf(root: string, blobIds: Iterable<BlobId>): ReadonlySet<string> {
  const files = new Set<string>();
  for (const id of blobIds) {
    const place = blobPlace(root, id);
    if (!isRecord(place)) {
      files.add(place.file);
    } else if (!files.has(place.segment.file)) {
      files.add(place.segment.file);
      const marks = deadMarksFile(place.segment);
      if (existsSync(marks)) {
        files.add(marks);
      }
    }
  }
  return files;
}

// What lies on the disk under one lease, by the files alone.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { BlobId } from "../../blob-store.ts";
import { sizeByFileSize } from "../blob-footer.ts";
import { blobPlace, type FilePlace, recordPlace } from "../blob-place.ts";
import { readDeadRecords } from "../dead-marks.ts";
import { isFileMissing } from "../file-errors.ts";
import { blobNamesIn, entriesOf, segmentsIn } from "../lease-folder.ts";
import { scanSegment } from "../segment-scan.ts";

interface DamagedSegment {
  readonly path: string;
  readonly offset: number;
}

export interface StoredBlobs {
  /** How long each is; records that are marked as deleted are none. */
  readonly sizesBytes: ReadonlyMap<BlobId, number>;
  readonly damaged: readonly DamagedSegment[];
}

/** What goes while it looks is passed over. */
export async function storedBlobs(root: string, leaseId: string): Promise<StoredBlobs> {
  const sizesBytes = new Map<BlobId, number>();
  const damaged: DamagedSegment[] = [];
  for (const folder of await entriesOf(join(root, leaseId))) {
    for (const name of await blobNamesIn(join(root, leaseId, folder))) {
      const place = blobPlace(root, `${leaseId}/${name}`) as FilePlace;
      const fileSizeBytes = await orUndefined(stat(place.file).then(({ size }) => size));
      if (fileSizeBytes !== undefined) {
        sizesBytes.set(place.id, place.hasFooter ? sizeByFileSize(fileSizeBytes) : fileSizeBytes);
      }
    }
  }
  for (const segment of await segmentsIn(root, leaseId)) {
    const dead = await readDeadRecords(segment);
    const content = await orUndefined(scanSegment(segment));
    for (const { offset, sizeBytes } of content?.records ?? []) {
      if (!dead.has(offset)) {
        sizesBytes.set(recordPlace(segment, offset, sizeBytes).id, sizeBytes);
      }
    }
    damaged.push(...(content?.damagedOffsets ?? []).map((offset) => ({ path: segment.file, offset })));
  }
  return { sizesBytes, damaged };
}

async function orUndefined<Result>(result: Promise<Result>): Promise<Result | undefined> {
  try {
    return await result;
  } catch (error) {
    if (isFileMissing(error)) {
      return undefined;
    }
    throw error;
  }
}

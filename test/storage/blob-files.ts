// What lies on the disk, seen without the store.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { recordPlace, segmentPlace } from "../../src/storage/embedded/blob-place.ts";
import { readDeadRecords } from "../../src/storage/embedded/dead-marks.ts";
import { scanSegment } from "../../src/storage/embedded/segment-scan.ts";

/** The ids of all blobs in a data folder: files, and records that are not marked as deleted. */
export async function blobFilesIn(dataFolder: string): Promise<readonly string[]> {
  const root = join(dataFolder, "blobs");
  const entries = await readdir(root, { recursive: true });
  const ids = await Promise.all(entries.map((path) => blobsOf(root, path)));
  return ids.flat().sort();
}

async function blobsOf(root: string, path: string): Promise<readonly string[]> {
  const [, leaseId, segmentNumber] = /^([0-9]+)\/segment-([0-9]+)$/.exec(path) ?? [];
  if (leaseId !== undefined) {
    return recordsIn(root, leaseId, Number(segmentNumber));
  }
  const [, fileLease, name] = /^([0-9]+)\/[0-9]+\/(f?[0-9]+)$/.exec(path) ?? [];
  return fileLease === undefined ? [] : [`${fileLease}/${name}`];
}

async function recordsIn(root: string, leaseId: string, segmentNumber: number): Promise<readonly string[]> {
  const place = segmentPlace(root, leaseId, segmentNumber);
  const dead = await readDeadRecords(place);
  const { records } = await scanSegment(place);
  return records
    .filter(({ offset }) => !dead.has(offset))
    .map(({ offset, sizeBytes }) => recordPlace(place, offset, sizeBytes).id);
}

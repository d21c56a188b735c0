// Where a blob lies, which is what its id says. Of lease 12:
//
//    12/3075                 a file of its own, 12/3/3075, the bytes and nothing else: so wrote earlier versions
//    12/f3075                a file of its own, 12/3/f3075, with the checksums of its blocks behind the bytes
//    12/7@1048576+131072     a record of segment 12/segment-7: it begins at byte 1,048,576 and holds 131,072 bytes
import { join } from "node:path";
import type { BlobId } from "../blob-store.ts";

const FILES_PER_FOLDER = 1_024;
const FILE_ID = /^([0-9]+)\/(f?)([0-9]+)$/;
const RECORD_ID = /^([0-9]+)\/([0-9]+)@([0-9]+)\+([0-9]+)$/;
const SEGMENT_NAME = /^segment-([0-9]+)$/;

export interface FilePlace {
  readonly id: BlobId;
  readonly leaseFolder: string;
  readonly folder: string;
  readonly file: string;
  readonly hasFooter: boolean;
}

export interface SegmentPlace {
  readonly leaseId: string;
  readonly leaseFolder: string;
  /** From 1. */
  readonly segmentNumber: number;
  readonly file: string;
}

export interface RecordPlace {
  readonly id: BlobId;
  readonly segment: SegmentPlace;
  /** Where the record's header begins. */
  readonly offset: number;
  /** Of the blob. */
  readonly sizeBytes: number;
}

export type BlobPlace = FilePlace | RecordPlace;

export function isRecord(place: BlobPlace): place is RecordPlace {
  return "segment" in place;
}

/** @throws {RangeError} if `id` was not made by this store */
export function blobPlace(root: string, id: BlobId): BlobPlace {
  const [, leaseId, mark, sequence] = FILE_ID.exec(id) ?? [];
  if (leaseId !== undefined && sequence !== undefined) {
    const leaseFolder = join(root, leaseId);
    const folder = join(leaseFolder, String(Math.floor(Number(sequence) / FILES_PER_FOLDER)));
    return { id, leaseFolder, folder, file: join(folder, `${mark}${sequence}`), hasFooter: mark === "f" };
  }
  const [, recordLease, segmentNumber, offset, sizeBytes] = RECORD_ID.exec(id) ?? [];
  if (recordLease === undefined) {
    throw new RangeError(`not a blob id of this store: ${JSON.stringify(id)}`);
  }
  const segment = segmentPlace(root, recordLease, Number(segmentNumber));
  return { id, segment, offset: Number(offset), sizeBytes: Number(sizeBytes) };
}

export function newFilePlace(root: string, leaseId: string, sequence: number): FilePlace {
  return blobPlace(root, `${leaseId}/f${sequence}`) as FilePlace;
}

export function segmentPlace(root: string, leaseId: string, segmentNumber: number): SegmentPlace {
  const leaseFolder = join(root, leaseId);
  return { leaseId, leaseFolder, segmentNumber, file: join(leaseFolder, `segment-${segmentNumber}`) };
}

export function recordPlace(segment: SegmentPlace, offset: number, sizeBytes: number): RecordPlace {
  const id = `${segment.leaseId}/${segment.segmentNumber}@${offset}+${sizeBytes}`;
  return { id, segment, offset, sizeBytes };
}

/** The number of the segment that a file of this name is. */
export function segmentNumberOf(name: string): number | undefined {
  const [, digits] = SEGMENT_NAME.exec(name) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

// Which records of a segment are deleted: a file beside it, `segment-7.dead`, that only grows, 16 bytes a record:
//
//    0 offset of the record (4)   4 size of the blob (4)   8 CRC-64 of these 8 bytes, the lease and the segment (8)
//
// Only the process that collects garbage writes it, so it may mark records of a segment to which another process still
// adds. A mark that a crash cut short marks nothing: the garbage queue still has the blob, and it is marked again.
import { open, readFile } from "node:fs/promises";
import { crc64 } from "../../protocol/crc64/crc64.ts";
import type { RecordPlace, SegmentPlace } from "./blob-place.ts";
import type { DirectorySync } from "./directory-sync.ts";
import { timeSync } from "./disk-times.ts";
import { isFileMissing } from "./file-errors.ts";
import { recordSizeOf } from "./segment-format.ts";
import { writeFully } from "./write-fully.ts";

const MARK_SIZE_BYTES = 16;
const OWNER_ONLY = 0o600;
/** Marks of so many segments are kept in memory; those of others are read again when they are wanted. */
const KEPT_SEGMENTS_MAX = 64;

export interface DeadRecords {
  has(offset: number): boolean;
  /** What they take of the segment. */
  readonly bytes: number;
}

interface Marks extends DeadRecords {
  readonly offsets: Set<number>;
  bytes: number;
  /** Where the next mark is written. */
  endOffset: number;
  isFileThere: boolean;
}

export function deadMarksFile({ file }: SegmentPlace): string {
  return `${file}.dead`;
}

export class DeadMarks {
  readonly #directorySync: DirectorySync;
  /** By segment file, those used last at the end. */
  readonly #kept = new Map<string, Promise<Marks>>();
  /** Marks are written one after another. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(directorySync: DirectorySync) {
    this.#directorySync = directorySync;
  }

  of(segment: SegmentPlace): Promise<DeadRecords> {
    return this.#marksOf(segment);
  }

  /** Marks records of one segment; when it resolves the marks are on the disk. */
  add(segment: SegmentPlace, records: readonly RecordPlace[]): Promise<void> {
    const turn = this.#turn.then(() => this.#add(segment, records));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** The segment is gone. */
  forget({ file }: SegmentPlace): void {
    this.#kept.delete(file);
  }

  async #add(segment: SegmentPlace, records: readonly RecordPlace[]): Promise<void> {
    const marks = await this.#marksOf(segment);
    const fresh = records.filter(({ offset }) => !marks.offsets.has(offset));
    if (fresh.length === 0) {
      return;
    }
    const bytes = Buffer.concat(fresh.map((record) => encodeMark(segment, record)));
    const handle = await open(deadMarksFile(segment), marks.isFileThere ? "r+" : "w+", OWNER_ONLY);
    try {
      await writeFully(handle, bytes, marks.endOffset);
      await timeSync("marks", () => handle.datasync());
      if (!marks.isFileThere) {
        await this.#directorySync.sync(segment.leaseFolder);
        marks.isFileThere = true;
      }
    } finally {
      await handle.close();
    }
    marks.endOffset += bytes.length;
    for (const record of fresh) {
      count(marks, record.offset, record.sizeBytes);
    }
  }

  #marksOf(segment: SegmentPlace): Promise<Marks> {
    const kept = this.#kept.get(segment.file);
    const marks = kept ?? readMarks(segment);
    this.#kept.delete(segment.file);
    this.#kept.set(segment.file, marks);
    marks.catch(() => this.#kept.delete(segment.file));
    for (const file of this.#kept.keys()) {
      if (this.#kept.size <= KEPT_SEGMENTS_MAX) {
        break;
      }
      this.#kept.delete(file);
    }
    return marks;
  }
}

/** The marks of a segment, as they are on the disk now. */
export async function readDeadRecords(segment: SegmentPlace): Promise<DeadRecords> {
  return readMarks(segment);
}

async function readMarks(segment: SegmentPlace): Promise<Marks> {
  const bytes = await readFile(deadMarksFile(segment)).catch((error: unknown) => {
    if (isFileMissing(error)) {
      return undefined;
    }
    throw error;
  });
  const offsets = new Set<number>();
  const marks: Marks = {
    offsets,
    has: (offset) => offsets.has(offset),
    bytes: 0,
    // Behind a mark that was cut short: it would spoil the next one as well.
    endOffset: Math.ceil((bytes?.length ?? 0) / MARK_SIZE_BYTES) * MARK_SIZE_BYTES,
    isFileThere: bytes !== undefined,
  };
  for (let at = 0; bytes !== undefined && at + MARK_SIZE_BYTES <= bytes.length; at += MARK_SIZE_BYTES) {
    const mark = bytes.subarray(at, at + MARK_SIZE_BYTES);
    if (mark.readBigUInt64LE(8) === sealOf(mark, segment)) {
      count(marks, mark.readUInt32LE(0), mark.readUInt32LE(4));
    }
  }
  return marks;
}

function encodeMark(segment: SegmentPlace, { offset, sizeBytes }: RecordPlace): Buffer {
  const mark = Buffer.alloc(MARK_SIZE_BYTES);
  mark.writeUInt32LE(offset, 0);
  mark.writeUInt32LE(sizeBytes, 4);
  mark.writeBigUInt64LE(sealOf(mark, segment), 8);
  return mark;
}

function sealOf(mark: Buffer, { leaseId, segmentNumber }: SegmentPlace): bigint {
  const start = crc64(Buffer.from(`${leaseId}/${segmentNumber}`, "latin1"));
  return crc64(mark.subarray(0, 8), start);
}

function count(marks: Marks, offset: number, sizeBytes: number): void {
  if (!marks.offsets.has(offset)) {
    marks.offsets.add(offset);
    marks.bytes += recordSizeOf(sizeBytes);
  }
}

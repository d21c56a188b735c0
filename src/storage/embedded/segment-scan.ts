// What a segment holds, read from the segment alone. A write that a crash cut short leaves an end that makes no sense: it
// is passed over, for nobody was told of what stood there. Nonsense in the middle is damage: the scan then looks for the
// next record that makes sense, so that one flipped bit hides one record, and tells.
import { type FileHandle, open } from "node:fs/promises";
import type { SegmentPlace } from "./blob-place.ts";
import { readFully } from "./read-fully.ts";
import {
  decodeRecordHead,
  decodeSegmentHeader,
  HEAD_SIZE_BYTES,
  isClosing,
  paddingSizeOf,
  type RecordHead,
  recordSizeOf,
  type SegmentIdentity,
} from "./segment-format.ts";

/** How much is looked at with one read; many heads stand in it when blobs are small. */
const WINDOW_SIZE_BYTES = 262_144;

export interface SegmentContent {
  readonly records: readonly Pick<RecordHead, "offset" | "sizeBytes">[];
  /** Nothing is added any more: its writer has said so. */
  readonly isClosed: boolean;
  /** Where bytes that make no sense have others behind them that do, or the header makes none. Ascending. */
  readonly damagedOffsets: readonly number[];
  readonly fileSizeBytes: number;
}

/** @throws an error of the system, such as ENOENT */
export async function scanSegment(place: SegmentPlace): Promise<SegmentContent> {
  const handle = await open(place.file, "r");
  try {
    const { size } = await handle.stat();
    return await scan(new Window(handle, size), place);
  } finally {
    await handle.close();
  }
}

/** Reads the header of an open segment. @returns undefined if it is damaged, or another segment's */
async function readIdentity(
  handle: FileHandle,
  { leaseId, segmentNumber }: SegmentPlace,
): Promise<SegmentIdentity | undefined> {
  const header = Buffer.alloc(HEAD_SIZE_BYTES);
  await readFully(handle, header, 0);
  const identity = decodeSegmentHeader(header);
  const isIt = identity?.leaseId === leaseId && identity.segmentNumber === segmentNumber;
  return isIt ? identity : undefined;
}

/** Whether nothing is added to a segment any more, by its last bytes alone. */
export async function endsWithClosing(place: SegmentPlace): Promise<boolean> {
  const handle = await open(place.file, "r");
  try {
    const { size } = await handle.stat();
    const identity = await readIdentity(handle, place);
    const offset = size - HEAD_SIZE_BYTES;
    const closing = Buffer.alloc(HEAD_SIZE_BYTES);
    await readFully(handle, closing, Math.max(offset, 0));
    return identity !== undefined && isClosing(closing, offset, identity);
  } finally {
    await handle.close();
  }
}

async function scan(window: Window, place: SegmentPlace): Promise<SegmentContent> {
  const fileSizeBytes = window.fileSizeBytes;
  const header = await readIdentity(window.handle, place);
  // Without its header nothing tells the salt; that is damage if there is any record, else the end of a first write.
  const identity = header ?? { segmentNumber: place.segmentNumber };
  const records: RecordHead[] = [];
  const damagedOffsets: number[] = [];
  let isClosed = false;
  /** Where what makes no sense began; whether it is damage shows what follows. */
  let nonsenseAt: number | undefined = header === undefined ? 0 : undefined;
  for (let offset = HEAD_SIZE_BYTES; offset + HEAD_SIZE_BYTES <= fileSizeBytes && !isClosed; ) {
    const head = await window.head(offset);
    const record = decodeRecordHead(head, offset, identity);
    isClosed = record === undefined && isClosing(head, offset, identity);
    const sizeBytes =
      record === undefined ? paddingSizeOf(head, offset, identity) : recordSizeOf(record.sizeBytes);
    const isSense = isClosed || (sizeBytes !== undefined && offset + sizeBytes <= fileSizeBytes);
    if (isSense && nonsenseAt !== undefined) {
      damagedOffsets.push(nonsenseAt);
    }
    nonsenseAt = isSense ? undefined : (nonsenseAt ?? offset);
    if (isSense && record !== undefined) {
      records.push(record);
    }
    offset += isSense && sizeBytes !== undefined ? sizeBytes : HEAD_SIZE_BYTES;
  }
  return { records, isClosed, damagedOffsets, fileSizeBytes };
}

/** A file seen through one buffer that moves along it. */
class Window {
  readonly handle: FileHandle;
  readonly fileSizeBytes: number;
  readonly #bytes = Buffer.allocUnsafe(WINDOW_SIZE_BYTES);
  #start = 0;
  #filledBytes = 0;

  constructor(handle: FileHandle, fileSizeBytes: number) {
    this.handle = handle;
    this.fileSizeBytes = fileSizeBytes;
  }

  /** The head at `offset`, until the next call. */
  async head(offset: number): Promise<Buffer> {
    const isInside = offset >= this.#start && offset + HEAD_SIZE_BYTES <= this.#start + this.#filledBytes;
    if (!isInside) {
      // A record that is as long as the window would be read for nothing: only its head is wanted then.
      const isNear = offset - this.#start < 2 * WINDOW_SIZE_BYTES && offset > 0;
      const wanted = this.#bytes.subarray(0, isNear ? WINDOW_SIZE_BYTES : 16 * HEAD_SIZE_BYTES);
      this.#filledBytes = await readFully(this.handle, wanted, offset);
      this.#start = offset;
    }
    return this.#bytes.subarray(offset - this.#start, offset - this.#start + HEAD_SIZE_BYTES);
  }
}

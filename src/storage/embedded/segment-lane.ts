// One writer of segments: it puts small blobs one behind the other into memory, writes them with one call, and syncs them.
// Long runs go past the page cache, which costs half the processor time and does not wait for what others have in there.
import type { BlobId } from "../blob-store.ts";
import { crashPoint } from "../crash-points.ts";
import { recordPlace, type SegmentPlace } from "./blob-place.ts";
import { ALIGNMENT_BYTES, DIRECT_SIZE_MIN_BYTES } from "./direct-file.ts";
import type { DirectorySync } from "./directory-sync.ts";
import { OpenSegment } from "./open-segment.ts";
import {
  HEAD_SIZE_BYTES,
  recordSizeOf,
  writePadding,
  writeRecordHead,
  writeSegmentHeader,
} from "./segment-format.ts";

export interface NewRecord {
  readonly blob: Uint8Array;
  /** Of its blocks. */
  readonly checksums: readonly bigint[];
}

/** What a lane's memory needs besides the records: a segment's header, and zeros up to a whole page. */
export const LANE_MARGIN_BYTES: number = HEAD_SIZE_BYTES + ALIGNMENT_BYTES;

export interface SegmentLaneOptions {
  /** Where what is written is put together: its own, and it begins at a whole page. */
  readonly memory: Buffer;
  readonly directorySync: DirectorySync;
  /** The place of a segment that was never there. */
  readonly newPlace: () => SegmentPlace;
}

/** Takes one call at a time. */
export class SegmentLane {
  readonly #options: SegmentLaneOptions;
  #segment: OpenSegment | undefined;

  constructor(options: SegmentLaneOptions) {
    this.#options = options;
  }

  /** The segment that grows, and how much of it is records. */
  get current(): { readonly place: SegmentPlace; readonly recordBytes: number } | undefined {
    return this.#segment;
  }

  /**
   * Makes blobs durable. If that fails, nothing of them is left in the segment, and nothing is added to it any more.
   *
   * @param records  together at most as long as the memory without LANE_MARGIN_BYTES
   */
  async write(records: readonly NewRecord[]): Promise<readonly BlobId[]> {
    const segment = await this.#segmentFor(records);
    const { bytes, ids } = this.#putTogether(records, segment);
    try {
      await segment.append(bytes, records.length);
      crashPoint("record.written");
      await segment.sync();
      crashPoint("record.synced");
      return ids;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Ends the current segment; the next blob begins another. */
  async close(): Promise<void> {
    const segment = this.#segment;
    this.#segment = undefined;
    await segment?.close();
  }

  /** The current segment if the records fit in, else a new one. */
  async #segmentFor(records: readonly NewRecord[]): Promise<OpenSegment> {
    const recordBytes = records.reduce((sum, { blob }) => sum + recordSizeOf(blob.length), 0);
    if (this.#segment?.hasRoomFor(recordBytes + ALIGNMENT_BYTES)) {
      return this.#segment;
    }
    await this.close();
    const { newPlace, directorySync } = this.#options;
    this.#segment = await OpenSegment.create(newPlace(), directorySync);
    return this.#segment;
  }

  /** Gives each record its place behind the one before. */
  #putTogether(
    records: readonly NewRecord[],
    segment: OpenSegment,
  ): { readonly bytes: Buffer; readonly ids: readonly BlobId[] } {
    const { memory } = this.#options;
    const { identity, writtenBytes: start } = segment;
    let lengthBytes = 0;
    if (start === 0) {
      writeSegmentHeader(memory, identity);
      lengthBytes = HEAD_SIZE_BYTES;
    }
    const ids = records.map(({ blob, checksums }) => {
      const offset = start + lengthBytes;
      const sizeBytes = blob.length;
      const record = memory.subarray(lengthBytes, lengthBytes + recordSizeOf(sizeBytes));
      writeRecordHead(record, { offset, sizeBytes, checksums }, identity);
      record.set(blob, HEAD_SIZE_BYTES);
      record.fill(0, HEAD_SIZE_BYTES + sizeBytes);
      lengthBytes += record.length;
      return recordPlace(segment.place, offset, sizeBytes).id;
    });
    // The next run can go past the page cache if this one ends at a whole page; for a short one that is too much space.
    const paddingBytes = (ALIGNMENT_BYTES - ((start + lengthBytes) % ALIGNMENT_BYTES)) % ALIGNMENT_BYTES;
    if (lengthBytes >= DIRECT_SIZE_MIN_BYTES && paddingBytes > 0) {
      const padding = memory.subarray(lengthBytes, lengthBytes + paddingBytes);
      writePadding(padding, start + lengthBytes, identity);
      lengthBytes += paddingBytes;
    }
    return { bytes: memory.subarray(0, lengthBytes), ids };
  }
}

// Small blobs become records of segments. All that come while others are written and synced wait, and are then written
// together. Several segments are written side by side when there is much to write: while one waits for the disk to say
// that its bytes are there, the others keep it busy.
import type { BlobId } from "../blob-store.ts";
import { storeClosed } from "../refusals.ts";
import { type SegmentPlace, segmentPlace } from "./blob-place.ts";
import type { DirectorySync } from "./directory-sync.ts";
import { writeError } from "./file-errors.ts";
import { allocatePages } from "./page-memory.ts";
import { recordSizeOf } from "./segment-format.ts";
import { LANE_MARGIN_BYTES, type NewRecord, SegmentLane } from "./segment-lane.ts";

/** As many as the threads that Node has for files. */
const LANE_COUNT = 4;
/** What a lane writes with one call at most. */
const LANE_MEMORY_BYTES = 2_097_152;
/** For less than this no second lane begins: it could not go past the page cache, and one sync for all is better then. */
const SIDE_BY_SIDE_MIN_BYTES = 65_536;

interface Waiting {
  readonly record: NewRecord;
  readonly resolve: (id: BlobId) => void;
  readonly reject: (error: unknown) => void;
}

export interface SegmentAppenderOptions {
  readonly root: string;
  readonly leaseId: string;
  readonly directorySync: DirectorySync;
}

export class SegmentAppender {
  readonly #options: SegmentAppenderOptions;
  /** Made with the first blob; the first that is idle is used next, so that a store that is not busy has one segment. */
  #lanes: readonly SegmentLane[] = [];
  /** What each lane does that does something: a run of blobs, or the end of its segment. */
  readonly #busy = new Map<SegmentLane, Promise<void>>();
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #lastSegmentNumber = 0;
  #isStartComing = false;
  #isClosed = false;

  constructor(options: SegmentAppenderOptions) {
    this.#options = options;
  }

  /** A segment that grows, and how much of it is records. */
  current(file: string): { readonly recordBytes: number } | undefined {
    return this.#laneOf(file)?.current;
  }

  /** Makes a blob durable. Nobody may change its bytes until then. @throws {StorageError} no-space, store-closed */
  append(record: NewRecord): Promise<BlobId> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) {
        reject(storeClosed());
        return;
      }
      this.#waiting.push({ record, resolve, reject });
      this.#waitingBytes += recordSizeOf(record.blob.length);
      this.#startSoon();
    });
  }

  /** Ends a segment that grows, so that what is alive in it can be moved; the next blob begins another. */
  async closeSegment(file: string): Promise<void> {
    for (let lane = this.#laneOf(file); lane !== undefined; lane = this.#laneOf(file)) {
      await (this.#busy.get(lane) ?? this.#occupy(lane, lane.close()));
    }
  }

  /** Writes what waits, then ends all segments that grow. */
  async close(): Promise<void> {
    this.#isClosed = true;
    while (this.#waiting.length > 0 || this.#busy.size > 0) {
      this.#start();
      await Promise.all(this.#busy.values());
    }
    await Promise.all(this.#lanes.map((lane) => lane.close()));
  }

  #laneOf(file: string): SegmentLane | undefined {
    return this.#lanes.find(({ current }) => current?.place.file === file);
  }

  /** In the next turn of the loop, so that what comes in this one is taken along. */
  #startSoon(): void {
    if (!this.#isStartComing) {
      this.#isStartComing = true;
      setImmediate(() => {
        this.#isStartComing = false;
        this.#start();
      });
    }
  }

  #start(): void {
    if (this.#lanes.length === 0) {
      this.#lanes = this.#makeLanes();
    }
    const idle = this.#lanes.filter((lane) => !this.#busy.has(lane));
    for (const [index, lane] of idle.entries()) {
      const isAlone = this.#busy.size === 0;
      if (this.#waiting.length === 0 || (!isAlone && this.#waitingBytes < SIDE_BY_SIDE_MIN_BYTES)) {
        return;
      }
      const shareBytes = Math.max(this.#waitingBytes / (idle.length - index), SIDE_BY_SIDE_MIN_BYTES);
      const batch = this.#takeBatch(Math.min(shareBytes, LANE_MEMORY_BYTES - LANE_MARGIN_BYTES));
      void this.#occupy(lane, this.#write(lane, batch));
    }
  }

  #occupy(lane: SegmentLane, work: Promise<void>): Promise<void> {
    const done = work.finally(() => {
      this.#busy.delete(lane);
      this.#startSoon();
    });
    this.#busy.set(lane, done);
    return done;
  }

  /** At least one, even if it is longer. */
  #takeBatch(batchMaxBytes: number): readonly Waiting[] {
    let batchBytes = 0;
    let count = 0;
    for (const { record } of this.#waiting) {
      const recordBytes = recordSizeOf(record.blob.length);
      if (count > 0 && batchBytes + recordBytes > batchMaxBytes) {
        break;
      }
      batchBytes += recordBytes;
      count += 1;
    }
    this.#waitingBytes -= batchBytes;
    return this.#waiting.splice(0, count);
  }

  async #write(lane: SegmentLane, batch: readonly Waiting[]): Promise<void> {
    try {
      const ids = await lane.write(batch.map(({ record }) => record));
      for (const [index, { resolve }] of batch.entries()) {
        resolve(ids[index] ?? "");
      }
    } catch (error) {
      for (const { reject } of batch) {
        reject(writeError(this.#options.root, error));
      }
    }
  }

  #makeLanes(): readonly SegmentLane[] {
    const { directorySync } = this.#options;
    const memory = allocatePages(LANE_COUNT * LANE_MEMORY_BYTES);
    return Array.from({ length: LANE_COUNT }, (_, index) => {
      const start = index * LANE_MEMORY_BYTES;
      const ofLane = memory.subarray(start, start + LANE_MEMORY_BYTES);
      return new SegmentLane({ memory: ofLane, directorySync, newPlace: () => this.#newPlace() });
    });
  }

  #newPlace(): SegmentPlace {
    const { root, leaseId } = this.#options;
    this.#lastSegmentNumber += 1;
    return segmentPlace(root, leaseId, this.#lastSegmentNumber);
  }
}

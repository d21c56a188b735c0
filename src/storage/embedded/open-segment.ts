// The segment that is being written: records are added at its end and synced together. After a failure nothing more is
// added, and it is cut back to what is known to be on the disk.
import { randomBytes } from "node:crypto";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { crashPoint } from "../crash-points.ts";
import type { SegmentPlace } from "./blob-place.ts";
import { DirectFile } from "./direct-file.ts";
import type { DirectorySync } from "./directory-sync.ts";
import { timeSync } from "./disk-times.ts";
import {
  encodeClosing,
  HEAD_SIZE_BYTES,
  SEGMENT_SIZE_MAX_BYTES,
  type SegmentIdentity,
} from "./segment-format.ts";
import { writeFully } from "./write-fully.ts";

const OWNER_ONLY = 0o600;
const SALT_SIZE_BYTES = 8;

/** Takes one call at a time. */
export class OpenSegment {
  readonly place: SegmentPlace;
  readonly identity: SegmentIdentity;
  readonly #handle: FileHandle;
  readonly #direct: DirectFile;
  readonly #directorySync: DirectorySync;
  #isNameDurable = false;
  #writtenBytes = 0;
  #durableBytes = 0;
  #recordCount = 0;
  #durableRecordCount = 0;
  #isBroken = false;

  private constructor(place: SegmentPlace, handle: FileHandle, directorySync: DirectorySync) {
    this.place = place;
    const salt = randomBytes(SALT_SIZE_BYTES).readBigUInt64LE();
    this.identity = { leaseId: place.leaseId, segmentNumber: place.segmentNumber, salt };
    this.#handle = handle;
    this.#direct = new DirectFile(place.file);
    this.#directorySync = directorySync;
  }

  static async create(place: SegmentPlace, directorySync: DirectorySync): Promise<OpenSegment> {
    const handle = await open(place.file, "wx", OWNER_ONLY);
    return new OpenSegment(place, handle, directorySync);
  }

  /** The header is among them; it is written with the first records. */
  get writtenBytes(): number {
    return this.#writtenBytes;
  }

  /** Of records, in bytes of the file. */
  get recordBytes(): number {
    return Math.max(this.#writtenBytes - HEAD_SIZE_BYTES, 0);
  }

  hasRoomFor(recordBytes: number): boolean {
    // The header may have to come before, and the closing has to follow.
    return this.#writtenBytes + recordBytes + 2 * HEAD_SIZE_BYTES <= SEGMENT_SIZE_MAX_BYTES;
  }

  /** Writes whole records behind the last, the first time with the header before them; not synced yet. */
  async append(bytes: Buffer, recordCount: number): Promise<void> {
    const start = this.#writtenBytes;
    try {
      const writtenBytes = await this.#direct.write(bytes, start);
      await writeFully(this.#handle, bytes.subarray(writtenBytes), start + writtenBytes);
    } catch (error) {
      this.#isBroken = true;
      throw error;
    }
    this.#writtenBytes += bytes.length;
    this.#recordCount += recordCount;
    crashPoint("blob.written");
  }

  /** Resolves when all that was appended before is on the disk, and so is the name of the segment. */
  async sync(): Promise<void> {
    try {
      await timeSync("segment", () => this.#handle.datasync());
      crashPoint("blob.synced");
      if (!this.#isNameDurable) {
        await this.#directorySync.sync(this.place.leaseFolder);
        this.#isNameDurable = true;
      }
      crashPoint("blob.named");
    } catch (error) {
      this.#isBroken = true;
      throw error;
    }
    this.#durableBytes = this.#writtenBytes;
    this.#durableRecordCount = this.#recordCount;
  }

  /**
   * Ends the segment: afterwards it says of itself that nothing is added any more. One in which nothing is, is removed.
   * Never throws: a segment that cannot say so is taken for closed once its lease has ended.
   */
  async close(): Promise<void> {
    try {
      if (this.#durableRecordCount === 0) {
        await unlink(this.place.file);
      } else {
        await this.#writeClosing();
      }
    } catch {
      // The next start looks at all segments of this lease.
    } finally {
      await this.#direct[Symbol.asyncDispose]().catch(() => undefined);
      await this.#handle.close().catch(() => undefined);
    }
  }

  async #writeClosing(): Promise<void> {
    if (this.#isBroken) {
      await this.#handle.truncate(this.#durableBytes);
    }
    const [offset, recordCount] = [this.#durableBytes, this.#durableRecordCount];
    await writeFully(this.#handle, encodeClosing({ recordCount, offset }, this.identity), offset);
    await this.#handle.datasync();
  }
}

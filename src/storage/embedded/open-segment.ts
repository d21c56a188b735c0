// The segment that is being written: records are added at its end and synced together. After a failure nothing more is
// added, and it is cut back to what is known to be on the disk.
import { randomBytes } from "node:crypto";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { crashPoint } from "../crash-points.ts";
import type { SegmentPlace } from "./blob-place.ts";
import type { DirectorySync } from "./directory-sync.ts";
import { timeSync } from "./disk-times.ts";
import {
  encodeClosing,
  encodeSegmentHeader,
  HEAD_SIZE_BYTES,
  SEGMENT_SIZE_MAX_BYTES,
  type SegmentIdentity,
} from "./segment-format.ts";
import { SharedSync } from "./shared-sync.ts";
import { writeFully } from "./write-fully.ts";

const OWNER_ONLY = 0o600;
const SALT_SIZE_BYTES = 8;

export class OpenSegment {
  readonly place: SegmentPlace;
  readonly identity: SegmentIdentity;
  readonly #handle: FileHandle;
  readonly #syncBytes: SharedSync;
  readonly #syncName: () => Promise<void>;
  #isNameDurable = false;
  #writtenBytes = 0;
  #durableBytes = 0;
  #recordCount = 0;
  #durableRecordCount = 0;
  #isBroken = false;
  #closing: Promise<void> | undefined;
  readonly #underWay = new Set<Promise<void>>();

  private constructor(place: SegmentPlace, handle: FileHandle, directorySync: DirectorySync) {
    this.place = place;
    const salt = randomBytes(SALT_SIZE_BYTES).readBigUInt64LE();
    this.identity = { leaseId: place.leaseId, segmentNumber: place.segmentNumber, salt };
    this.#handle = handle;
    this.#syncBytes = new SharedSync(() => timeSync("segment", () => handle.datasync()));
    this.#syncName = () => directorySync.sync(place.leaseFolder);
  }

  static async create(place: SegmentPlace, directorySync: DirectorySync): Promise<OpenSegment> {
    const handle = await open(place.file, "wx", OWNER_ONLY);
    return new OpenSegment(place, handle, directorySync);
  }

  /** Where the next record begins. */
  get endOffset(): number {
    return Math.max(this.#writtenBytes, HEAD_SIZE_BYTES);
  }

  /** Of records, in bytes of the file. */
  get recordBytes(): number {
    return this.endOffset - HEAD_SIZE_BYTES;
  }

  get isBroken(): boolean {
    return this.#isBroken;
  }

  hasRoomFor(recordBytes: number): boolean {
    // The closing still has to follow.
    return this.endOffset + recordBytes + HEAD_SIZE_BYTES <= SEGMENT_SIZE_MAX_BYTES;
  }

  /** Writes whole records behind the last. One call at a time; not synced yet. */
  async append(records: readonly Buffer[]): Promise<void> {
    const isFirst = this.#writtenBytes === 0;
    const buffers = isFirst ? [encodeSegmentHeader(this.identity), ...records] : records;
    try {
      await this.#write(buffers);
      this.#recordCount += records.length;
      crashPoint("blob.written");
    } catch (error) {
      this.#isBroken = true;
      throw error;
    }
  }

  /** Resolves when all that was appended before is on the disk, and so is the name of the segment. */
  sync(): Promise<void> {
    const [writtenBytes, recordCount] = [this.#writtenBytes, this.#recordCount];
    const synced = this.#sync().then(
      () => {
        this.#durableBytes = Math.max(this.#durableBytes, writtenBytes);
        this.#durableRecordCount = Math.max(this.#durableRecordCount, recordCount);
      },
      (error: unknown) => {
        this.#isBroken = true;
        throw error;
      },
    );
    const settled = synced.catch(() => undefined).finally(() => void this.#underWay.delete(settled));
    this.#underWay.add(settled);
    return synced;
  }

  /**
   * Ends the segment: afterwards it says of itself that nothing is added any more. One in which nothing is, is removed.
   * Never throws: a segment that cannot say so is taken for closed once its lease has ended.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all(this.#underWay);
    try {
      if (this.#durableRecordCount === 0) {
        await unlink(this.place.file);
      } else {
        await this.#writeClosing();
      }
    } catch {
      // The next start looks at all segments of this lease.
    } finally {
      await this.#handle.close().catch(() => undefined);
    }
  }

  async #write(buffers: readonly Buffer[]): Promise<void> {
    const totalBytes = buffers.reduce((sum, { length }) => sum + length, 0);
    const start = this.#writtenBytes;
    const { bytesWritten } = await this.#handle.writev([...buffers], start);
    if (bytesWritten < totalBytes) {
      await this.#writeRest(buffers, start, bytesWritten);
    }
    this.#writtenBytes = start + totalBytes;
  }

  async #writeRest(buffers: readonly Buffer[], start: number, writtenBytes: number): Promise<void> {
    let position = 0;
    for (const buffer of buffers) {
      const from = Math.max(writtenBytes - position, 0);
      if (from < buffer.length) {
        await writeFully(this.#handle, buffer.subarray(from), start + position + from);
      }
      position += buffer.length;
    }
  }

  async #sync(): Promise<void> {
    await this.#syncBytes.run();
    crashPoint("blob.synced");
    if (!this.#isNameDurable) {
      await this.#syncName();
      this.#isNameDurable = true;
    }
    crashPoint("blob.named");
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

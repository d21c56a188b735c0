// Small blobs become records of the current segment. All that wait to be written are written at once, and all that were
// written when a sync begins are served by it; while it runs the next are written.
import type { BlobId } from "../blob-store.ts";
import { crashPoint } from "../crash-points.ts";
import { storeClosed } from "../refusals.ts";
import { recordPlace, type SegmentPlace, segmentPlace } from "./blob-place.ts";
import type { DirectorySync } from "./directory-sync.ts";
import { writeError } from "./file-errors.ts";
import { OpenSegment } from "./open-segment.ts";
import { writeRecordHead } from "./segment-format.ts";

/** What is written with one call at most; the system takes no more than 1,024 pieces. */
const BATCH_BYTES_MAX = 8_388_608;
const BATCH_RECORDS_MAX = 512;

export interface NewRecord {
  /** The blob behind 64 bytes for its head, and zeros up to a multiple of 64. */
  readonly bytes: Buffer;
  /** Of the blob. */
  readonly sizeBytes: number;
  /** Of its blocks. */
  readonly checksums: readonly bigint[];
}

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
  readonly #waiting: Waiting[] = [];
  #current: OpenSegment | undefined;
  #lastSegmentNumber = 0;
  #isClosed = false;
  /** Writes, and what closes a segment, one after another. */
  #turn: Promise<void> = Promise.resolve();
  #isWriting = false;

  constructor(options: SegmentAppenderOptions) {
    this.#options = options;
  }

  /** The segment that grows, and how much of it is records. */
  get current(): { readonly place: SegmentPlace; readonly recordBytes: number } | undefined {
    return this.#current;
  }

  /** Makes a blob durable. It takes over the record's memory. @throws {StorageError} no-space, store-closed */
  append(record: NewRecord): Promise<BlobId> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) {
        reject(storeClosed());
        return;
      }
      this.#waiting.push({ record, resolve, reject });
      if (!this.#isWriting) {
        this.#isWriting = true;
        void this.#inTurn(() => this.#writeAll());
      }
    });
  }

  /** Ends the current segment, so that what is alive in it can be moved; the next blob begins another. */
  closeCurrent(): Promise<void> {
    return this.#inTurn(async () => {
      const segment = this.#current;
      this.#current = undefined;
      await segment?.close();
    });
  }

  /** Writes what waits, then ends the current segment. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.closeCurrent();
  }

  #inTurn(task: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(task);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#writeBatch(this.#takeBatch());
    }
    this.#isWriting = false;
  }

  #takeBatch(): readonly Waiting[] {
    let batchBytes = 0;
    let count = 0;
    for (const { record } of this.#waiting) {
      batchBytes += record.bytes.length;
      if (count > 0 && (batchBytes > BATCH_BYTES_MAX || count === BATCH_RECORDS_MAX)) {
        break;
      }
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #writeBatch(batch: readonly Waiting[]): Promise<void> {
    try {
      const segment = await this.#segmentFor(batch);
      const ids = batch.map(placer(segment));
      await segment.append(batch.map(({ record }) => record.bytes));
      crashPoint("record.written");
      // Not waited for: the next batch is written meanwhile.
      void this.#sync(segment, batch, ids);
    } catch (error) {
      await this.#abandonBroken();
      refuse(batch, this.#options.root, error);
    }
  }

  async #sync(segment: OpenSegment, batch: readonly Waiting[], ids: readonly BlobId[]): Promise<void> {
    try {
      await segment.sync();
      crashPoint("record.synced");
    } catch (error) {
      await this.#inTurn(() => this.#abandonBroken());
      // If another batch abandoned it first, wait for it to be cut back, so that nothing is left of what is refused.
      await segment.close();
      refuse(batch, segment.place.file, error);
      return;
    }
    for (const [index, { resolve }] of batch.entries()) {
      resolve(ids[index] ?? "");
    }
  }

  /** After a failure nothing is added to a segment. Only in turn. */
  async #abandonBroken(): Promise<void> {
    const segment = this.#current;
    if (segment?.isBroken) {
      this.#current = undefined;
      await segment.close();
    }
  }

  /** The current segment if the batch fits in, else a new one. */
  async #segmentFor(batch: readonly Waiting[]): Promise<OpenSegment> {
    const batchBytes = batch.reduce((sum, { record }) => sum + record.bytes.length, 0);
    const current = this.#current;
    if (current !== undefined && !current.isBroken && current.hasRoomFor(batchBytes)) {
      return current;
    }
    this.#current = undefined;
    await current?.close();
    const { root, leaseId, directorySync } = this.#options;
    this.#lastSegmentNumber += 1;
    const place = segmentPlace(root, leaseId, this.#lastSegmentNumber);
    this.#current = await OpenSegment.create(place, directorySync);
    return this.#current;
  }
}

/** Gives each record of a batch its place behind the one before, and writes its head. */
function placer(segment: OpenSegment): (waiting: Waiting) => BlobId {
  let offset = segment.endOffset;
  return ({ record: { bytes, sizeBytes, checksums } }) => {
    const { id } = recordPlace(segment.place, offset, sizeBytes);
    writeRecordHead(bytes, { offset, sizeBytes, checksums }, segment.identity);
    offset += bytes.length;
    return id;
  };
}

function refuse(batch: readonly Waiting[], path: string, error: unknown): void {
  for (const { reject } of batch) {
    reject(writeError(path, error));
  }
}

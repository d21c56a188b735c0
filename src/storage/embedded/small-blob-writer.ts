// A new blob of which nobody knows yet whether it stays small. It is kept in memory as long as it does, and becomes a
// record of a segment; one that grows too long, or for which there is no memory left, goes on in a file of its own.
import assert from "node:assert/strict";
import type { BlobId, BlobWriter } from "../blob-store.ts";
import { BlockChecksums } from "./block-checksums.ts";
import type { SegmentAppender } from "./segment-appender.ts";
import { HEAD_SIZE_BYTES, RECORD_DATA_MAX_BYTES, recordSizeOf } from "./segment-format.ts";

/** Of all small blobs that are being written; those beyond it get files of their own. */
const MEMORY_MAX_BYTES = 67_108_864;

/** How much memory small blobs hold while they are written. */
export class SmallBlobMemory {
  #usedBytes = 0;

  /** @returns whether there was as much left */
  take(bytes: number): boolean {
    if (this.#usedBytes + bytes > MEMORY_MAX_BYTES) {
      return false;
    }
    this.#usedBytes += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#usedBytes -= bytes;
  }
}

export interface SmallBlobOptions {
  readonly declaredBytes: number;
  readonly memory: SmallBlobMemory;
  readonly appender: SegmentAppender;
  readonly createFile: () => Promise<BlobWriter>;
}

export class SmallBlobWriter implements BlobWriter {
  readonly #options: SmallBlobOptions;
  readonly #checksums = new BlockChecksums();
  #record: Buffer = Buffer.alloc(0);
  #sizeBytes = 0;
  /** Once it did not stay small. */
  #file: BlobWriter | undefined;
  #id: BlobId | undefined;
  #isEnded = false;

  constructor(options: SmallBlobOptions) {
    this.#options = options;
  }

  get id(): BlobId {
    assert(this.#id !== undefined, "a blob has its id once it is committed");
    return this.#id;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const sizeBytes = this.#sizeBytes + bytes.length;
    if (this.#file === undefined && !this.#makeRoom(sizeBytes)) {
      await this.#moveToFile();
    }
    if (this.#file !== undefined) {
      await this.#file.write(bytes);
      return;
    }
    this.#checksums.update(bytes);
    this.#record.set(bytes, HEAD_SIZE_BYTES + this.#sizeBytes);
    this.#sizeBytes = sizeBytes;
  }

  async commit(): Promise<void> {
    if (this.#file === undefined && !this.#makeRoom(this.#sizeBytes)) {
      await this.#moveToFile();
    }
    if (this.#file !== undefined) {
      await this.#file.commit();
      this.#id = this.#file.id;
      this.#isEnded = true;
      return;
    }
    const bytes = this.#record.subarray(0, recordSizeOf(this.#sizeBytes));
    bytes.fill(0, HEAD_SIZE_BYTES + this.#sizeBytes);
    const checksums = this.#checksums.finish();
    this.#id = await this.#options.appender.append({ bytes, sizeBytes: this.#sizeBytes, checksums });
    this.#end();
  }

  async discard(): Promise<void> {
    if (!this.#isEnded) {
      this.#end();
      await this.#file?.discard();
    }
  }

  /** @returns whether a blob of this size can stay in memory */
  #makeRoom(sizeBytes: number): boolean {
    if (sizeBytes > RECORD_DATA_MAX_BYTES) {
      return false;
    }
    const capacityBytes = this.#record.length;
    if (capacityBytes >= recordSizeOf(sizeBytes)) {
      return true;
    }
    const doubled = Math.min(2 * this.#sizeBytes, RECORD_DATA_MAX_BYTES);
    const declared = Math.min(this.#options.declaredBytes, RECORD_DATA_MAX_BYTES);
    const wantedBytes = recordSizeOf(Math.max(sizeBytes, doubled, declared));
    if (!this.#options.memory.take(wantedBytes - capacityBytes)) {
      return false;
    }
    const record = Buffer.allocUnsafeSlow(wantedBytes);
    record.set(this.#record.subarray(0, HEAD_SIZE_BYTES + this.#sizeBytes));
    this.#record = record;
    return true;
  }

  async #moveToFile(): Promise<void> {
    const file = await this.#options.createFile();
    // From here on it is for `discard` to remove.
    this.#file = file;
    await file.write(this.#record.subarray(HEAD_SIZE_BYTES, HEAD_SIZE_BYTES + this.#sizeBytes));
    this.#letGo();
  }

  #end(): void {
    this.#isEnded = true;
    this.#letGo();
  }

  #letGo(): void {
    this.#options.memory.give(this.#record.length);
    this.#record = Buffer.alloc(0);
  }
}

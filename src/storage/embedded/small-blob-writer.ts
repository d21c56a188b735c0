// A new blob of which nobody knows yet whether it stays small. It is kept in memory as long as it does, and becomes a
// record of a segment; one that grows too long, or for which there is no memory left, goes on in a file of its own.
import assert from "node:assert/strict";
import type { BlobId, BlobWriter } from "../blob-store.ts";
import { BlockChecksums } from "./block-checksums.ts";
import type { SegmentAppender } from "./segment-appender.ts";
import { HEAD_SIZE_BYTES, RECORD_DATA_MAX_BYTES, recordSizeOf } from "./segment-format.ts";
import type { SmallBlobMemory } from "./small-blob-memory.ts";

export interface SmallBlobOptions {
  readonly declaredBytes: number;
  readonly memory: SmallBlobMemory;
  readonly appender: SegmentAppender;
  readonly createFile: () => Promise<BlobWriter>;
}

const NO_MEMORY: Buffer = Buffer.alloc(0);

export class SmallBlobWriter implements BlobWriter {
  readonly #options: SmallBlobOptions;
  readonly #checksums = new BlockChecksums();
  #record: Buffer = NO_MEMORY;
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
    this.#id = await this.#appendRecord();
    this.#end();
  }

  async discard(): Promise<void> {
    if (!this.#isEnded) {
      this.#end();
      await this.#file?.discard();
    }
  }

  async #appendRecord(): Promise<BlobId> {
    // Taken away first: whoever discards meanwhile must not give back what is being written.
    const record = this.#record;
    this.#record = NO_MEMORY;
    try {
      const bytes = record.subarray(0, recordSizeOf(this.#sizeBytes));
      bytes.fill(0, HEAD_SIZE_BYTES + this.#sizeBytes);
      const checksums = this.#checksums.finish();
      return await this.#options.appender.append({ bytes, sizeBytes: this.#sizeBytes, checksums });
    } finally {
      this.#options.memory.give(record);
    }
  }

  /** @returns whether a blob of this size can stay in memory */
  #makeRoom(sizeBytes: number): boolean {
    if (sizeBytes > RECORD_DATA_MAX_BYTES) {
      return false;
    }
    if (this.#record.length >= recordSizeOf(sizeBytes)) {
      return true;
    }
    const doubled = Math.min(2 * this.#sizeBytes, RECORD_DATA_MAX_BYTES);
    const declared = Math.min(this.#options.declaredBytes, RECORD_DATA_MAX_BYTES);
    const record = this.#options.memory.take(recordSizeOf(Math.max(sizeBytes, doubled, declared)));
    if (record === undefined) {
      return false;
    }
    record.set(this.#record.subarray(0, HEAD_SIZE_BYTES + this.#sizeBytes));
    this.#letGo();
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
    this.#options.memory.give(this.#record);
    this.#record = NO_MEMORY;
  }
}

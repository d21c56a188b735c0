// A new blob of which nobody knows yet whether it stays small. It is kept in memory as long as it does, and becomes a
// record of a segment; one that grows too long, or for which there is no memory left, goes on in a file of its own.
import assert from "node:assert/strict";
import type { BlobId, BlobWriter } from "../blob-store.ts";
import { BlockChecksums } from "./block-checksums.ts";
import type { SegmentAppender } from "./segment-appender.ts";
import { RECORD_DATA_MAX_BYTES } from "./segment-format.ts";

/** Of all small blobs that are being written; those beyond it get files of their own. */
const MEMORY_MAX_BYTES = 67_108_864;

/** Buffers come in multiples of it, so that one that was used for a blob fits the next. */
const BUFFER_STEP_BYTES = 16_384;
/** Of buffers that nobody uses: fresh memory costs several times what used memory does. */
const IDLE_MAX_BYTES = 16_777_216;

/** The memory that small blobs hold while they are written. */
export class SmallBlobMemory {
  #usedBytes = 0;
  #idleBytes = 0;
  /** By length. */
  readonly #idle = new Map<number, Buffer[]>();

  /** @returns a buffer with anything in it, at least so long; undefined when there is no memory left */
  take(bytes: number): Buffer | undefined {
    const lengthBytes = Math.ceil(bytes / BUFFER_STEP_BYTES) * BUFFER_STEP_BYTES;
    if (this.#usedBytes + lengthBytes > MEMORY_MAX_BYTES) {
      return undefined;
    }
    this.#usedBytes += lengthBytes;
    const idle = this.#idle.get(lengthBytes)?.pop();
    this.#idleBytes -= idle?.length ?? 0;
    return idle ?? Buffer.allocUnsafeSlow(lengthBytes);
  }

  give(buffer: Buffer): void {
    this.#usedBytes -= buffer.length;
    if (buffer.length > 0 && this.#idleBytes + buffer.length <= IDLE_MAX_BYTES) {
      this.#idleBytes += buffer.length;
      const sameLength = this.#idle.get(buffer.length) ?? [];
      sameLength.push(buffer);
      this.#idle.set(buffer.length, sameLength);
    }
  }
}

type SummingWriter = BlobWriter & Required<Pick<BlobWriter, "crc64">>;

export interface SmallBlobOptions {
  readonly declaredBytes: number;
  readonly memory: SmallBlobMemory;
  readonly appender: SegmentAppender;
  readonly createFile: () => Promise<SummingWriter>;
}

export class SmallBlobWriter implements BlobWriter {
  readonly #options: SmallBlobOptions;
  readonly #checksums = new BlockChecksums();
  /** Where the bytes are gathered. */
  #buffer: Buffer = Buffer.alloc(0);
  /** All bytes, where they lie with whoever wrote them. */
  #whole: Uint8Array | undefined;
  #sizeBytes = 0;
  /** Once it did not stay small. */
  #file: SummingWriter | undefined;
  #id: BlobId | undefined;
  #isEnded = false;

  constructor(options: SmallBlobOptions) {
    this.#options = options;
  }

  get id(): BlobId {
    assert(this.#id !== undefined, "a blob has its id once it is committed");
    return this.#id;
  }

  async writeWhole(bytes: Uint8Array): Promise<void> {
    if (this.#sizeBytes > 0 || bytes.length > RECORD_DATA_MAX_BYTES) {
      await this.write(bytes);
      return;
    }
    this.#checksums.update(bytes);
    this.#sizeBytes = bytes.length;
    this.#whole = bytes;
  }

  async write(bytes: Uint8Array): Promise<void> {
    assert(this.#whole === undefined, "nothing comes behind the whole");
    const sizeBytes = this.#sizeBytes + bytes.length;
    if (this.#file === undefined && !this.#makeRoom(sizeBytes)) {
      await this.#moveToFile();
    }
    if (this.#file !== undefined) {
      await this.#file.write(bytes);
      return;
    }
    this.#checksums.update(bytes);
    this.#buffer.set(bytes, this.#sizeBytes);
    this.#sizeBytes = sizeBytes;
  }

  crc64(): bigint {
    // All of it went there, also what was in memory before.
    return this.#file?.crc64() ?? this.#checksums.whole();
  }

  async commit(): Promise<void> {
    if (this.#file !== undefined) {
      await this.#file.commit();
      this.#id = this.#file.id;
      this.#isEnded = true;
      return;
    }
    // Whoever discards meanwhile must not give away what is being written.
    const buffer = this.#buffer;
    this.#buffer = Buffer.alloc(0);
    const blob = this.#whole ?? buffer.subarray(0, this.#sizeBytes);
    try {
      this.#id = await this.#options.appender.append({ blob, checksums: this.#checksums.finish() });
    } finally {
      this.#options.memory.give(buffer);
    }
    this.#isEnded = true;
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
    if (this.#buffer.length >= sizeBytes) {
      return true;
    }
    const doubled = Math.min(2 * this.#sizeBytes, RECORD_DATA_MAX_BYTES);
    const declared = Math.min(this.#options.declaredBytes, RECORD_DATA_MAX_BYTES);
    const buffer = this.#options.memory.take(Math.max(sizeBytes, doubled, declared));
    if (buffer === undefined) {
      return false;
    }
    buffer.set(this.#buffer.subarray(0, this.#sizeBytes));
    this.#letGo();
    this.#buffer = buffer;
    return true;
  }

  async #moveToFile(): Promise<void> {
    const file = await this.#options.createFile();
    // From here on it is for `discard` to remove.
    this.#file = file;
    await file.write(this.#buffer.subarray(0, this.#sizeBytes));
    this.#letGo();
  }

  #end(): void {
    this.#isEnded = true;
    this.#letGo();
  }

  #letGo(): void {
    this.#options.memory.give(this.#buffer);
    this.#buffer = Buffer.alloc(0);
  }
}

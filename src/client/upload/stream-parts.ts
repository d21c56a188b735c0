// Cuts a stream that can be read only once into parts that can be read again and again, so that a part that is lost on
// its way can be sent again. Parts are kept in memory blocks that are used again, large ones in a spool; the stream is
// asked for bytes only while there is room for them.
import { PART_COUNT_MAX } from "../../protocol/limits.ts";
import { ClientError } from "../client-error.ts";
import { BufferPool } from "./buffer-pool.ts";
import type { ByteSource } from "./byte-source.ts";
import { type ByteStream, ByteStreamReader, untilAbort } from "./byte-stream.ts";
import { fittingPartSize } from "./part-plan.ts";
import type { PartSpool } from "./part-spool.ts";
import { type Block, memoryStore, type PartStore, spoolStore } from "./part-store.ts";
import { assertStreamFits } from "./stream-limit.ts";
import { streamPartSize } from "./stream-part-size.ts";

export interface StreamPartsOptions {
  /** For messages, such as "the standard input". */
  readonly label: string;
  /** All the bytes that will come, if that is known; then all parts but the last have one size. */
  readonly sizeBytes?: number | undefined;
  /** Bytes, PART_SIZE_MIN_BYTES … PART_SIZE_MAX_BYTES: of the first part; default 8 MiB. */
  readonly partSizeBytes?: number | undefined;
  /** Bytes for parts that wait or are being sent, from 4 MiB; default 128 MiB. */
  readonly memoryMaxBytes?: number | undefined;
  /** For parts above 64 MiB or half the memory. Without it, or when it is full, parts stop growing there. */
  readonly spool?: PartSpool | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface StreamPart {
  /** From 1. */
  readonly partNumber: number;
  /** Of this part alone: its first byte is at position 0. Valid until `release`. */
  readonly source: ByteSource;
  /** The stream has ended with the first part: there is no other. */
  readonly isWhole: boolean;
  /** Bytes that it was to have, had there been room for so many; undefined if it has them, or the stream has ended. */
  readonly unmetSizeBytes: number | undefined;
  /** Gives back its room. Called again it does nothing. */
  release(): Promise<void>;
}

const MIB = 1024 * 1024;

const STREAM_MEMORY_DEFAULT_BYTES: number = 128 * MIB;

/** Four blocks: a part of two, and as many being sent. */
const STREAM_MEMORY_MIN_BYTES: number = 4 * MIB;

/** Larger parts are spooled. */
const MEMORY_PART_MAX_BYTES: number = 64 * MIB;

const BLOCK_SIZE_BYTES: number = MIB;

/**
 * The parts of a stream, in order, each as soon as it is complete. The first comes when it is known whether there is
 * another; an empty stream has one empty part.
 *
 * The stream is read while a part is asked for, and not ahead. Whoever stops early calls `return`, as `for await` does;
 * every part that was given out is to be released, also after a failure.
 *
 * What the iterator throws:
 * - ClientError `source-unreadable` if the stream fails, with its error as the cause
 * - ClientError `source-size-mismatch` if it has more or fewer bytes than `sizeBytes`
 * - ClientError `stream-too-long` if it does not fit in 10,000 parts of the sizes that there is room for
 * - TypeError if it gives something other than bytes
 * - the signal's reason after an abort
 *
 * @throws {RangeError} if an option is outside its range
 * @throws {TypeError} if somebody else is reading the stream
 */
export function openStreamParts(stream: ByteStream, options: StreamPartsOptions): AsyncGenerator<StreamPart> {
  const { memoryMaxBytes = STREAM_MEMORY_DEFAULT_BYTES } = options;
  if (!Number.isSafeInteger(memoryMaxBytes) || memoryMaxBytes < STREAM_MEMORY_MIN_BYTES) {
    throw new RangeError(
      `memoryMaxBytes must be an integer from ${STREAM_MEMORY_MIN_BYTES}, but is ${memoryMaxBytes}`,
    );
  }
  const { label, signal, sizeBytes, partSizeBytes } = options;
  // Their ranges are told at once, not with the first part.
  fittingPartSize({ sizeBytes: sizeBytes ?? 0, partSizeBytes });
  const reader = new ByteStreamReader(stream, label, signal);
  return new StreamCutter(reader, options, memoryMaxBytes).parts();
}

class StreamCutter {
  readonly #reader: ByteStreamReader;
  readonly #options: StreamPartsOptions;
  readonly #pool: BufferPool;
  readonly #memoryPartMaxBytes: number;
  /** Undefined from when it had no room for what it had said it had. */
  #spool: PartSpool | undefined;
  #spooledCount = 0;
  /** Told when a spooled part goes. */
  #onRoom: () => void = () => {};
  /** What the last part had no room for. */
  #carried: Block | undefined;

  constructor(reader: ByteStreamReader, options: StreamPartsOptions, memoryMaxBytes: number) {
    this.#reader = reader;
    this.#options = options;
    this.#spool = options.spool;
    this.#memoryPartMaxBytes = Math.min(MEMORY_PART_MAX_BYTES, Math.floor(memoryMaxBytes / 2));
    this.#pool = new BufferPool({
      bufferSizeBytes: BLOCK_SIZE_BYTES,
      bufferCountMax: Math.floor(memoryMaxBytes / BLOCK_SIZE_BYTES),
    });
  }

  async *parts(): AsyncGenerator<StreamPart> {
    try {
      const first = await this.#cut(1);
      yield { ...first, isWhole: await this.#isAtEndAfter(first) };
      for (let partNumber = 2; !(await this.#isAtEnd()); partNumber++) {
        yield await this.#cut(partNumber);
      }
    } finally {
      this.#reader.close(this.#options.signal?.reason);
    }
  }

  /** What fails before a part is given out releases it, for nobody else can. */
  async #isAtEndAfter(part: StreamPart): Promise<boolean> {
    try {
      return await this.#isAtEnd();
    } catch (error) {
      await part.release();
      throw error;
    }
  }

  async #cut(partNumber: number): Promise<StreamPart> {
    const wishedBytes = await this.#sizeWithRoom(partNumber);
    const store = await this.#newStore(wishedBytes);
    try {
      const { sizeBytes, isRefused } = await this.#fill(store, wishedBytes);
      if (isRefused && sizeBytes === 0) {
        await store.release();
        return await this.#cut(partNumber);
      }
      return this.#partIn(store, partNumber, sizeBytes, isRefused || sizeBytes === wishedBytes);
    } catch (error) {
      await store.release();
      throw error;
    }
  }

  async #fill(
    store: PartStore,
    wishedBytes: number,
  ): Promise<{ readonly sizeBytes: number; readonly isRefused: boolean }> {
    let sizeBytes = 0;
    while (sizeBytes < wishedBytes && !(await this.#isAtEnd())) {
      const block = this.#carried ?? (await this.#readBlock(wishedBytes - sizeBytes));
      this.#carried = undefined;
      if (!(await store.append(block))) {
        this.#carried = block;
        this.#spool = undefined;
        return { sizeBytes, isRefused: true };
      }
      sizeBytes += block.bytes.byteLength;
    }
    return { sizeBytes, isRefused: false };
  }

  async #readBlock(wantedBytes: number): Promise<Block> {
    const buffer = await untilAbort(this.#pool.acquire(), this.#options.signal);
    const target = buffer.subarray(0, wantedBytes);
    return { buffer, bytes: target.subarray(0, await this.#reader.fill(target)) };
  }

  /** Waits for the next byte. @throws {ClientError} `source-size-mismatch` */
  async #isAtEnd(): Promise<boolean> {
    if (this.#carried !== undefined) {
      return false;
    }
    const isAtEnd = await this.#reader.isAtEnd();
    const { label, sizeBytes } = this.#options;
    const { readBytes } = this.#reader;
    if (sizeBytes !== undefined && (isAtEnd ? readBytes !== sizeBytes : readBytes >= sizeBytes)) {
      throw new ClientError(
        "source-size-mismatch",
        `${label} ${isAtEnd ? `ended after ${readBytes} bytes` : "has more bytes"}, ` +
          `but ${sizeBytes} were announced; give the right sizeBytes, or none`,
      );
    }
    return isAtEnd;
  }

  /** The size of the next part: what its number asks for, unless nothing but the memory has room for it. */
  async #sizeWithRoom(partNumber: number): Promise<number> {
    const wishedBytes = this.#wishedSize(partNumber);
    if (wishedBytes !== undefined && wishedBytes <= this.#memoryPartMaxBytes) {
      return wishedBytes;
    }
    while (wishedBytes !== undefined && this.#spool !== undefined) {
      if (await this.#spool.hasRoom(wishedBytes)) {
        return wishedBytes;
      }
      if (this.#spooledCount === 0) {
        break;
      }
      await untilAbort(this.#nextRoom(), this.#options.signal);
    }
    const { label, sizeBytes, spool } = this.#options;
    const carriedBytes = this.#carried?.bytes.byteLength ?? 0;
    assertStreamFits({
      label,
      sizeBytes,
      cutBytes: this.#reader.readBytes - carriedBytes,
      partNumber,
      partSizeMaxBytes: this.#memoryPartMaxBytes,
      spoolLabel: spool?.label,
    });
    return this.#memoryPartMaxBytes;
  }

  #nextRoom(): Promise<void> {
    return new Promise((resolve) => {
      this.#onRoom = resolve;
    });
  }

  /** Undefined behind the last number. */
  #wishedSize(partNumber: number): number | undefined {
    const { sizeBytes, partSizeBytes } = this.#options;
    if (partNumber > PART_COUNT_MAX) {
      return undefined;
    }
    return sizeBytes === undefined
      ? streamPartSize(partNumber, { firstPartSizeBytes: partSizeBytes })
      : fittingPartSize({ sizeBytes, partSizeBytes });
  }

  async #newStore(wishedBytes: number): Promise<PartStore> {
    if (wishedBytes <= this.#memoryPartMaxBytes || this.#spool === undefined) {
      return memoryStore(this.#pool);
    }
    const store = spoolStore(await this.#spool.create(wishedBytes), this.#pool);
    this.#spooledCount += 1;
    return {
      ...store,
      release: async () => {
        await store.release();
        this.#spooledCount -= 1;
        this.#onRoom();
      },
    };
  }

  /** @param isCut  the stream has not ended with it */
  #partIn(store: PartStore, partNumber: number, sizeBytes: number, isCut: boolean): StreamPart {
    let isReleased = false;
    const askedBytes = this.#wishedSize(partNumber) ?? 0;
    return {
      partNumber,
      isWhole: false,
      unmetSizeBytes: isCut && askedBytes > sizeBytes ? askedBytes : undefined,
      source: {
        label: `part ${partNumber} of ${this.#options.label}`,
        sizeBytes,
        async read(position, target) {
          assert(!isReleased, `part ${partNumber} is read after its release`);
          return store.read(position, target);
        },
        async assertUnchanged() {},
        async close() {},
      },
      async release() {
        if (!isReleased) {
          isReleased = true;
          await store.release();
        }
      },
    };
  }
}

function assert(isTrue: boolean, what: string): void {
  if (!isTrue) {
    throw new Error(`impossible: ${what}`);
  }
}

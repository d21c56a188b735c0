// A range of a source as a request's body: read in pieces into pooled buffers, at once where that is no wait, and else
// the next piece while the last one is being sent. Nothing here grows with the size of the part.

import type { Chunks, RequestBody } from "../request-body.ts";
import type { BufferPool } from "./buffer-pool.ts";
import type { ByteSource } from "./byte-source.ts";
import { fill } from "./fill-from-source.ts";

/** Larger reads leave the processor's cache, smaller ones cost more calls. */
export const READ_SIZE_BYTES: number = 256 * 1024;

/** One is sent while the other is filled. */
export const BUFFERS_PER_BODY = 2;

export interface SourceRange {
  readonly source: ByteSource;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** Of buffers of any size; every body at work may take `BUFFERS_PER_BODY`. */
  readonly pool: BufferPool;
}

/** The range of a source from `start` up to, but not including, `end`. */
export type SourceBodies = (source: ByteSource, start: number, end: number) => SourceBody;

/** @param countMax  how many bodies are at work at a time */
export type CreateBodies = (countMax: number) => SourceBodies;

/** A body that knows of which bytes of its source it is made. */
export interface SourceBody extends RequestBody {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** The body fails with `source-changed` when the source has fewer bytes than the range. */
export function sourceBody(range: SourceRange): SourceBody {
  const { start, end } = range;
  return { sizeBytes: end - start, start, end, chunks: () => new Pieces(range) };
}

interface Piece {
  readonly buffer: Uint8Array;
  readonly bytes: Uint8Array;
}

const END: IteratorResult<Uint8Array, undefined> = { done: true, value: undefined };

/**
 * The pieces one after another. By hand and no generator: of each piece, of which a large file has thousands, a generator
 * makes three promises more.
 */
class Pieces implements AsyncIterableIterator<Uint8Array>, Chunks {
  readonly #range: SourceRange;
  #position: number;
  /** What the caller has, until it asks for more. */
  #lent: Uint8Array | undefined;
  #upcoming: Promise<Piece> | undefined;
  #isEnded = false;
  /** Whether the next piece can be had at once. */
  #isImmediate: boolean;
  /** Properties, so that they are made once and not for each piece. */
  readonly #next = (): Promise<IteratorResult<Uint8Array, undefined>> => this.next();
  readonly #lend = (piece: Piece): IteratorResult<Uint8Array, undefined> =>
    this.#isEnded ? END : { done: false, value: this.#take(piece) };

  constructor(range: SourceRange) {
    this.#range = range;
    this.#position = range.start;
    this.#isImmediate = range.source.immediate?.isDue() === true;
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#takeBack();
    if (this.#isImmediate) {
      const turn = this.#range.source.immediate?.turn();
      if (turn !== undefined) {
        return turn.then(this.#next);
      }
      const piece = this.#readNow();
      if (piece !== undefined) {
        return Promise.resolve({ done: false, value: this.#take(piece) });
      }
    }
    // Only the first piece, or none, is not being read by now.
    if (this.#upcoming === undefined) {
      this.#readAhead();
    }
    return this.#upcoming === undefined ? Promise.resolve(END) : this.#upcoming.then(this.#lend);
  }

  nextNow(): Uint8Array | undefined {
    if (!this.#isImmediate || this.#range.source.immediate?.turn() !== undefined) {
      return undefined;
    }
    this.#takeBack();
    const piece = this.#readNow();
    return piece === undefined ? undefined : this.#take(piece);
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#isEnded = true;
    this.#takeBack();
    // After an early end the read ahead is still under way; its buffer must not get lost.
    this.#upcoming?.then(({ buffer }) => this.#range.pool.release(buffer), ignoreFailure);
    this.#upcoming = undefined;
    return END;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The piece is the caller's until it asks for the next one. */
  #take({ buffer, bytes }: Piece): Uint8Array {
    this.#lent = buffer;
    this.#position += bytes.byteLength;
    this.#upcoming = undefined;
    // What can be had at once needs no second buffer, and is still in the processor's cache when it is sent.
    this.#isImmediate = this.#range.source.immediate?.isDue() === true;
    if (!this.#isImmediate) {
      this.#readAhead();
    }
    return bytes;
  }

  #takeBack(): void {
    if (this.#lent !== undefined) {
      this.#range.pool.release(this.#lent);
      this.#lent = undefined;
    }
  }

  /** Undefined where it takes a wait, or fails: the waiting way tells what of. */
  #readNow(): Piece | undefined {
    const { source, end, pool } = this.#range;
    const buffer = this.#position < end && !this.#isEnded ? pool.take() : undefined;
    if (buffer === undefined) {
      return undefined;
    }
    const bytes = pieceOf(buffer, end - this.#position);
    try {
      if (source.immediate?.read(this.#position, bytes) === bytes.byteLength) {
        return { buffer, bytes };
      }
    } catch {}
    pool.release(buffer);
    return undefined;
  }

  /** Begins the next read. It may fail while nobody waits for it yet: that is no failure until somebody does. */
  #readAhead(): void {
    if (this.#position < this.#range.end && !this.#isEnded) {
      this.#upcoming = readPiece(this.#range, this.#position);
      this.#upcoming.catch(ignoreFailure);
    }
  }
}

async function readPiece({ source, end, pool }: SourceRange, position: number): Promise<Piece> {
  const buffer = pool.take() ?? (await pool.acquire());
  try {
    const bytes = pieceOf(buffer, end - position);
    // Nearly always all at once.
    const readBytes = await source.read(position, bytes);
    if (readBytes < bytes.byteLength) {
      await fill(source, position + readBytes, bytes.subarray(readBytes));
    }
    return { buffer, bytes };
  } catch (error) {
    pool.release(buffer);
    throw error;
  }
}

function pieceOf(buffer: Uint8Array, leftBytes: number): Uint8Array {
  return leftBytes < buffer.byteLength ? buffer.subarray(0, leftBytes) : buffer;
}

function ignoreFailure(): void {
  // Whoever asks for the piece is told; whoever stopped the body before it came knows why.
}

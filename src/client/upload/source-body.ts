// A range of a source as a request's body: read in pieces into pooled buffers, the next piece while the last one is
// being sent. Nothing here grows with the size of the part.

import type { RequestBody } from "../request-body.ts";
import { BufferPool } from "./buffer-pool.ts";
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

/** Their buffers are allocated as they are needed, and go with the last of the bodies. */
export const createPooledBodies: CreateBodies = (countMax) => {
  const pool = new BufferPool({
    bufferSizeBytes: READ_SIZE_BYTES,
    bufferCountMax: countMax * BUFFERS_PER_BODY,
  });
  return (source, start, end) => sourceBody({ source, start, end, pool });
};

/** A body that knows of which bytes of its source it is made. */
export interface SourceBody extends RequestBody {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** The body fails with `source-changed` when the source has fewer bytes than the range. */
export function sourceBody(range: SourceRange): SourceBody {
  const { start, end } = range;
  return { sizeBytes: end - start, start, end, chunks: () => chunksOf(range) };
}

interface Piece {
  readonly buffer: Uint8Array;
  readonly bytes: Uint8Array;
}

async function* chunksOf(range: SourceRange): AsyncGenerator<Uint8Array> {
  const { start, pool } = range;
  let position = start;
  let upcoming = readAhead(range, position);
  try {
    while (upcoming !== undefined) {
      const { buffer, bytes } = await upcoming;
      position += bytes.byteLength;
      upcoming = readAhead(range, position);
      try {
        yield bytes;
      } finally {
        pool.release(buffer);
      }
    }
  } finally {
    // After an early end the read ahead is still under way; its buffer must not get lost.
    upcoming?.then(({ buffer }) => pool.release(buffer), ignoreFailure);
  }
}

/** Begins the next read. It may fail while nobody waits for it yet: that is no failure until somebody does. */
function readAhead(range: SourceRange, position: number): Promise<Piece> | undefined {
  if (position >= range.end) {
    return undefined;
  }
  const piece = readPiece(range, position);
  piece.catch(ignoreFailure);
  return piece;
}

async function readPiece({ source, end, pool }: SourceRange, position: number): Promise<Piece> {
  const buffer = await pool.acquire();
  try {
    const bytes = buffer.subarray(0, Math.min(buffer.byteLength, end - position));
    await fill(source, position, bytes);
    return { buffer, bytes };
  } catch (error) {
    pool.release(buffer);
    throw error;
  }
}

function ignoreFailure(): void {
  // Whoever asks for the piece is told; whoever stopped the body before it came knows why.
}

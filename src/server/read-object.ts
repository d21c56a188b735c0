// Bytes from the disk to the socket: a range of an object, across the borders of its parts.
import assert from "node:assert/strict";
import type { BlobReader, BlobStore } from "../storage/blob-store.ts";
import type { Extent } from "../storage/records.ts";
import { readBuffers } from "./buffer-pool.ts";
import type { OpenedObject } from "./require-resources.ts";
import type { ResponseBody } from "./service-context.ts";

interface Slice {
  readonly blobId: string;
  readonly start: number;
  readonly endExclusive: number;
}

/** The bytes [start, endExclusive) of the object, which are among those whose places it was opened for. */
export function readOpenedObject(
  { extents, skippedBytes }: Pick<OpenedObject, "extents" | "skippedBytes">,
  { start, endExclusive }: { readonly start: number; readonly endExclusive: number },
  blobs: BlobStore,
): ResponseBody {
  assert(start >= skippedBytes, "the object was opened for other bytes");
  const range = { start: start - skippedBytes, endExclusive: endExclusive - skippedBytes };
  return readObject(extents, range, blobs);
}

/**
 * The bytes [start, endExclusive) of the object that `extents` make up. The blobs are pinned at once, so that an
 * overwrite or delete while the client is still reading takes nothing from under it; disposing releases them.
 */
export function readObject(
  extents: readonly Extent[],
  range: { readonly start: number; readonly endExclusive: number },
  blobs: BlobStore,
): ResponseBody {
  const slices = slicesOf(extents, range);
  const pin = blobs.pin(slices.map(({ blobId }) => blobId));
  return {
    chunks: readSlices(slices, blobs),
    async [Symbol.asyncDispose]() {
      pin[Symbol.dispose]();
    },
  };
}

function slicesOf(
  extents: readonly Extent[],
  { start, endExclusive }: { readonly start: number; readonly endExclusive: number },
): readonly Slice[] {
  const slices: Slice[] = [];
  let position = 0;
  for (const { blobId, sizeBytes } of extents) {
    const from = Math.max(start - position, 0);
    const to = Math.min(endExclusive - position, sizeBytes);
    if (from < to) {
      slices.push({ blobId, start: from, endExclusive: to });
    }
    position += sizeBytes;
  }
  return slices;
}

/**
 * The next piece is read while the socket takes this one: the disk and the network work at the same time. Both halves of
 * one buffer take turns, so a slow reader owns no more memory than it would without.
 */
async function* readSlices(slices: readonly Slice[], blobs: BlobStore): AsyncGenerator<Uint8Array> {
  const buffer = readBuffers.take();
  const half = buffer.length >> 1;
  const halves = [buffer.subarray(0, half), buffer.subarray(half)];
  let ahead: Promise<Uint8Array | undefined> | undefined;
  await using pieces = new Pieces(slices, blobs);
  try {
    for (let turn = 0; ; turn ^= 1) {
      const piece = await (ahead ?? pieces.next(halves[turn] ?? buffer));
      if (piece === undefined) {
        return;
      }
      ahead = pieces.next(halves[turn ^ 1] ?? buffer);
      // Whoever stops here does not wait for it, and a failure of it is nobody's then.
      ahead.catch(() => {});
      yield piece;
    }
  } finally {
    await ahead?.catch(() => {});
    readBuffers.give(buffer);
  }
}

/** The bytes of slices one after another, piece by piece into memory that the caller gives. */
class Pieces implements AsyncDisposable {
  readonly #slices: readonly Slice[];
  readonly #blobs: BlobStore;
  #index = 0;
  #position = 0;
  #reader: BlobReader | undefined;

  constructor(slices: readonly Slice[], blobs: BlobStore) {
    this.#slices = slices;
    this.#blobs = blobs;
    this.#position = slices[0]?.start ?? 0;
  }

  /** @returns the front of `target`, with the next bytes; undefined after the last. One call at a time. */
  async next(target: Uint8Array): Promise<Uint8Array | undefined> {
    const slice = this.#slices[this.#index];
    if (slice === undefined) {
      return undefined;
    }
    this.#reader ??= await this.#blobs.open(slice.blobId);
    const piece = target.subarray(0, Math.min(target.length, slice.endExclusive - this.#position));
    const readBytes = await this.#reader.read(this.#position, piece);
    if (readBytes < piece.length) {
      const endsAt = this.#position + readBytes;
      throw new Error(`blob ${slice.blobId} ends at ${endsAt}, before ${slice.endExclusive}`);
    }
    this.#position += readBytes;
    if (this.#position === slice.endExclusive) {
      await this[Symbol.asyncDispose]();
      this.#index += 1;
      this.#position = this.#slices[this.#index]?.start ?? 0;
    }
    return piece;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const reader = this.#reader;
    this.#reader = undefined;
    await reader?.[Symbol.asyncDispose]();
  }
}

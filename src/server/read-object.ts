// Bytes from the disk to the socket: a range of an object, across the borders of its parts.
import type { BlobReader, BlobStore } from "../storage/blob-store.ts";
import type { Extent } from "../storage/records.ts";
import { readBuffers } from "./buffer-pool.ts";
import type { ResponseBody } from "./service-context.ts";

interface Slice {
  readonly blobId: string;
  readonly start: number;
  readonly endExclusive: number;
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

async function* readSlices(slices: readonly Slice[], blobs: BlobStore): AsyncGenerator<Uint8Array> {
  const buffer = readBuffers.take();
  try {
    for (const slice of slices) {
      await using reader = await blobs.open(slice.blobId);
      yield* readSlice(slice, reader, buffer);
    }
  } finally {
    readBuffers.give(buffer);
  }
}

async function* readSlice(slice: Slice, reader: BlobReader, buffer: Uint8Array): AsyncGenerator<Uint8Array> {
  let position = slice.start;
  while (position < slice.endExclusive) {
    const target = buffer.subarray(0, Math.min(buffer.length, slice.endExclusive - position));
    const readBytes = await reader.read(position, target);
    if (readBytes < target.length) {
      throw new Error(`blob ${slice.blobId} ends at ${position + readBytes}, before ${slice.endExclusive}`);
    }
    position += readBytes;
    yield target;
  }
}

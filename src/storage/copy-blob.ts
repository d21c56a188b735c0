// A blob once more, under an id of its own, for an owner to be moved to.
import type { BlobId, BlobStore } from "./blob-store.ts";

const CHUNK_SIZE_BYTES = 262_144;

/** @returns the id of the copy, which is durable and nobody's @throws {StorageError} blob-missing, blob-corrupt, no-space */
export async function copyBlob(blobs: BlobStore, from: BlobId): Promise<BlobId> {
  await using reader = await blobs.open(from);
  const writer = await blobs.create();
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_SIZE_BYTES);
    let position = 0;
    for (let readBytes = chunk.length; readBytes === chunk.length; position += readBytes) {
      readBytes = await reader.read(position, chunk);
      await writer.write(chunk.subarray(0, readBytes));
    }
    await writer.commit();
    return writer.id;
  } catch (failure) {
    await writer.discard();
    throw failure;
  }
}

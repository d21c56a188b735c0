// Opening a blob that has a file of its own.
import { type FileHandle, open } from "node:fs/promises";
import type { BlobReader } from "../blob-store.ts";
import { decodeFooter, footerSizeOf, sizeByTrailer, TRAILER_SIZE_BYTES } from "./blob-footer.ts";
import type { FilePlace } from "./blob-place.ts";
import { CheckedBlobReader, type CheckedBytes } from "./checked-blob-reader.ts";
import { blobCorrupt, blobMissing, isFileMissing } from "./file-errors.ts";
import { readFully } from "./read-fully.ts";

/** Holds the whole footer of a blob of 126 MiB, so that most are opened with one read. */
const TAIL_SIZE_BYTES = 4_096;

/** @throws {StorageError} blob-missing, blob-corrupt */
export async function openBlobFile(place: FilePlace): Promise<BlobReader> {
  const handle = await openOrMissing(place.id, place.file);
  if (!place.hasFooter) {
    return uncheckedReader(handle);
  }
  try {
    return new CheckedBlobReader(handle, await checkedBytesOf(handle, place));
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** @throws {StorageError} blob-missing */
export async function openOrMissing(blobId: string, path: string): Promise<FileHandle> {
  try {
    return await open(path, "r");
  } catch (error) {
    throw isFileMissing(error) ? blobMissing(blobId, path, error) : error;
  }
}

/** What earlier versions wrote: there is nothing to verify it by. */
function uncheckedReader(handle: FileHandle): BlobReader {
  return {
    read: (position, target) => readFully(handle, target, position),
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

async function checkedBytesOf(handle: FileHandle, { id, file }: FilePlace): Promise<CheckedBytes> {
  const { size: fileSizeBytes } = await handle.stat();
  const tail = await readTail(handle, fileSizeBytes, Math.min(TAIL_SIZE_BYTES, fileSizeBytes));
  const sizeBytes = sizeByTrailer(
    tail.subarray(Math.max(tail.length - TRAILER_SIZE_BYTES, 0)),
    fileSizeBytes,
  );
  if (sizeBytes === undefined) {
    throw footerCorrupt(id, file, fileSizeBytes);
  }
  const footerSizeBytes = footerSizeOf(sizeBytes);
  const footer =
    footerSizeBytes <= tail.length
      ? tail.subarray(tail.length - footerSizeBytes)
      : await readTail(handle, fileSizeBytes, footerSizeBytes);
  const checksums = decodeFooter(footer);
  if (checksums === undefined) {
    throw footerCorrupt(id, file, sizeBytes);
  }
  return { blobId: id, path: file, startBytes: 0, sizeBytes, checksums };
}

async function readTail(handle: FileHandle, fileSizeBytes: number, tailBytes: number): Promise<Buffer> {
  const tail = Buffer.allocUnsafe(tailBytes);
  const readBytes = await readFully(handle, tail, fileSizeBytes - tailBytes);
  return tail.subarray(0, readBytes);
}

function footerCorrupt(blobId: string, path: string, offset: number): Error {
  return blobCorrupt({ blobId, path, offset }, "its footer is damaged");
}

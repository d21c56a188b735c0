// Reads one blob whole, at a bounded rate, and says what is wrong with it.
import { crc64 } from "../../../protocol/crc64/crc64.ts";
import type { BlobReader } from "../../blob-store.ts";
import { StorageError } from "../../storage-error.ts";
import { blobPlace, isRecord } from "../blob-place.ts";
import { readDeadRecords } from "../dead-marks.ts";
import { openBlobFile } from "../file-blob-reader.ts";
import { blobMissing } from "../file-errors.ts";
import { openRecord } from "../record-reader.ts";
import type { OwnedBlob } from "./check-database.ts";
import type { Pace } from "./pace.ts";

/** Opens a blob without a store. @throws {StorageError} blob-missing, blob-corrupt */
export async function openStoredBlob(root: string, id: string): Promise<BlobReader> {
  const place = blobPlace(root, id);
  if (!isRecord(place)) {
    return openBlobFile(place);
  }
  if ((await readDeadRecords(place.segment)).has(place.offset)) {
    throw blobMissing(id, place.segment.file);
  }
  return openRecord(place);
}

/** @returns what is wrong, in words; undefined if it is whole */
export async function blobFault(
  root: string,
  blob: OwnedBlob,
  { buffer, pace }: { readonly buffer: Buffer; readonly pace: Pace },
): Promise<string | undefined> {
  try {
    await using reader = await openStoredBlob(root, blob.blobId);
    let sum = 0n;
    let position = 0;
    for (let readBytes = buffer.length; readBytes === buffer.length; position += readBytes) {
      readBytes = await reader.read(position, buffer);
      sum = crc64(buffer.subarray(0, readBytes), sum);
      await pace.spend(readBytes);
    }
    if (position !== blob.sizeBytes) {
      return `it has ${position} bytes, its row says ${blob.sizeBytes}`;
    }
    return blob.crc64 === undefined || blob.crc64 === sum ? undefined : "its CRC-64 is not its row's";
  } catch (error) {
    if (error instanceof StorageError) {
      return error.message;
    }
    throw error;
  }
}

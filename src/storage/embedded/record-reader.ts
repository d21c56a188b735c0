// Opening a blob that is a record of a segment, whose place a row told.
import type { BlobReader } from "../blob-store.ts";
import type { RecordPlace } from "./blob-place.ts";
import { CheckedBlobReader } from "./checked-blob-reader.ts";
import { openOrMissing } from "./file-blob-reader.ts";
import { blobCorrupt } from "./file-errors.ts";
import { readFully } from "./read-fully.ts";
import { decodeRecordHead, HEAD_SIZE_BYTES } from "./segment-format.ts";

/** @throws {StorageError} blob-missing, blob-corrupt */
export async function openRecord({ id, segment, offset, sizeBytes }: RecordPlace): Promise<BlobReader> {
  const handle = await openOrMissing(id, segment.file);
  try {
    const head = Buffer.allocUnsafe(HEAD_SIZE_BYTES);
    const readBytes = await readFully(handle, head, offset);
    const record = decodeRecordHead(head.subarray(0, readBytes), offset, segment);
    if (record?.sizeBytes !== sizeBytes) {
      const reason =
        readBytes < HEAD_SIZE_BYTES ? "the segment ends before it" : "the head of a record is damaged";
      throw blobCorrupt({ blobId: id, path: segment.file, offset }, reason);
    }
    const startBytes = offset + HEAD_SIZE_BYTES;
    return new CheckedBlobReader(handle, { blobId: id, path: segment.file, startBytes, ...record });
  } catch (error) {
    await handle.close();
    throw error;
  }
}

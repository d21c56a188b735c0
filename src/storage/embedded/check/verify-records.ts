// Verifies blobs that lie in one segment, many with one read: to open each by itself costs more than its bytes.
import { open } from "node:fs/promises";
import { crc64 } from "../../../protocol/crc64/crc64.ts";
import type { BlobId } from "../../blob-store.ts";
import type { RecordPlace } from "../blob-place.ts";
import { BLOCK_SIZE_BYTES } from "../block-checksums.ts";
import { readFully } from "../read-fully.ts";
import { decodeRecordHead, HEAD_SIZE_BYTES, RECORD_DATA_MAX_BYTES, recordSizeOf } from "../segment-format.ts";

/** More than the longest record takes. */
const WINDOW_SIZE_BYTES: number = 2 * RECORD_DATA_MAX_BYTES;

export interface RecordFault {
  readonly blobId: BlobId;
  /** In words. */
  readonly reason: string;
}

/** @param places  of one segment @returns what is not what was written, in the order of the segment */
export async function recordFaults(
  file: string,
  places: readonly RecordPlace[],
): Promise<readonly RecordFault[]> {
  await using handle = await open(file, "r");
  const buffer = Buffer.allocUnsafe(WINDOW_SIZE_BYTES);
  let window = buffer.subarray(0, 0);
  let windowOffset = 0;
  const faults: RecordFault[] = [];
  for (const place of places.toSorted((left, right) => left.offset - right.offset)) {
    if (place.offset + recordSizeOf(place.sizeBytes) > windowOffset + window.length) {
      windowOffset = place.offset;
      window = buffer.subarray(0, await readFully(handle, buffer, windowOffset));
    }
    const reason = recordFault(window.subarray(place.offset - windowOffset), place);
    if (reason !== undefined) {
      faults.push({ blobId: place.id, reason });
    }
  }
  return faults;
}

/** @param bytes  of the segment, from the record's first on */
function recordFault(bytes: Buffer, { offset, sizeBytes, segment }: RecordPlace): string | undefined {
  if (bytes.length < HEAD_SIZE_BYTES + sizeBytes) {
    return "the segment ends before it";
  }
  const record = decodeRecordHead(bytes.subarray(0, HEAD_SIZE_BYTES), offset, segment);
  if (record?.sizeBytes !== sizeBytes) {
    return "the head of a record is damaged";
  }
  const data = bytes.subarray(HEAD_SIZE_BYTES, HEAD_SIZE_BYTES + sizeBytes);
  const block = record.checksums.findIndex((checksum, index) => {
    const start = index * BLOCK_SIZE_BYTES;
    return crc64(data.subarray(start, start + BLOCK_SIZE_BYTES)) !== checksum;
  });
  return block === -1 ? undefined : `block ${block} has another checksum`;
}

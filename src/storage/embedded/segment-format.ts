// A segment is a file of many small blobs: a header, then one record after another, and, once nothing more will be added,
// a closing. Header, closing and the head of each record are 64 bytes; a record is padded with zeros to a multiple of 64.
//
//    header    0 "PARTSEGM"   8 version (4), block size (4)   16 lease (8)     24 segment (8)   32 salt (8)
//    record    0 "PREC"       4 size of the blob (4)   8 offset of the record (4)   12 segment (4)   16 salt (8)
//              24 CRC-64 of each block, at most four (32)     64 the blob's bytes
//    padding   0 "PPAD"       4 its length, head included (4)   8 offset of the padding (4)   12 segment (4)   16 salt (8)
//    closing   0 "PEND"       4 number of records (4)  8 offset of the closing (4)  12 segment (4)   16 salt (8)
//    each     56 CRC-64 of the 56 bytes before it
//
// Numbers are unsigned and little-endian. A head says where it stands and has the segment's salt, a random number that no
// client knows: so bytes that somebody uploaded are never taken for a record. docs/STORAGE.md
import { crc64 } from "../../protocol/crc64/crc64.ts";
import { BLOCK_SIZE_BYTES, blockCountOf, CHECKSUM_SIZE_BYTES } from "./block-checksums.ts";

/** Of the header, of the closing and of the head of a record; all of them begin at multiples of it. */
export const HEAD_SIZE_BYTES = 64;
/** The largest blob that is a record: four blocks. */
export const RECORD_DATA_MAX_BYTES: number = 4 * BLOCK_SIZE_BYTES;
/** No record is begun that would end behind it. */
export const SEGMENT_SIZE_MAX_BYTES = 268_435_456;

const SEGMENT_MAGIC = "PARTSEGM";
const RECORD_MAGIC = "PREC";
const PADDING_MAGIC = "PPAD";
const CLOSING_MAGIC = "PEND";
const LAYOUT_VERSION = 1;
const CHECKSUMS_OFFSET = 24;
const SEAL_OFFSET = 56;

export interface SegmentIdentity {
  readonly leaseId: string;
  readonly segmentNumber: number;
  readonly salt: bigint;
}

export interface RecordHead {
  readonly offset: number;
  /** Of the blob. */
  readonly sizeBytes: number;
  readonly checksums: readonly bigint[];
}

/** What a record of a blob takes of its segment. */
export function recordSizeOf(sizeBytes: number): number {
  return HEAD_SIZE_BYTES + Math.ceil(sizeBytes / HEAD_SIZE_BYTES) * HEAD_SIZE_BYTES;
}

/** Writes the header of a segment into `header`, which may be longer. */
export function writeSegmentHeader(header: Buffer, { leaseId, segmentNumber, salt }: SegmentIdentity): void {
  header.fill(0, 0, HEAD_SIZE_BYTES);
  header.write(SEGMENT_MAGIC, "latin1");
  header.writeUInt32LE(LAYOUT_VERSION, 8);
  header.writeUInt32LE(BLOCK_SIZE_BYTES, 12);
  header.writeBigUInt64LE(BigInt(leaseId), 16);
  header.writeBigUInt64LE(BigInt(segmentNumber), 24);
  header.writeBigUInt64LE(salt, 32);
  sealed(header);
}

/** @returns undefined if `header` is not that of a segment */
export function decodeSegmentHeader(header: Buffer): SegmentIdentity | undefined {
  if (!isSealed(header, SEGMENT_MAGIC) || header.readUInt32LE(8) !== LAYOUT_VERSION) {
    return undefined;
  }
  return {
    leaseId: String(header.readBigUInt64LE(16)),
    segmentNumber: Number(header.readBigUInt64LE(24)),
    salt: header.readBigUInt64LE(32),
  };
}

/** Writes the head of a record into `head`, which may be longer. */
export function writeRecordHead(head: Buffer, record: RecordHead, identity: SegmentIdentity): void {
  writeStart(head, RECORD_MAGIC, { count: record.sizeBytes, offset: record.offset }, identity);
  for (const [index, checksum] of record.checksums.entries()) {
    head.writeBigUInt64LE(checksum, CHECKSUMS_OFFSET + index * CHECKSUM_SIZE_BYTES);
  }
  sealed(head);
}

/**
 * @param identity  without the salt where a row says that a record begins here
 * @returns undefined if at `offset` of this segment no record begins with `head`
 */
export function decodeRecordHead(
  head: Buffer,
  offset: number,
  identity: { readonly segmentNumber: number; readonly salt?: bigint },
): RecordHead | undefined {
  const isRecord = isHere(head, RECORD_MAGIC, offset, identity);
  const sizeBytes = isRecord ? head.readUInt32LE(4) : 0;
  if (!isRecord || sizeBytes > RECORD_DATA_MAX_BYTES) {
    return undefined;
  }
  const checksums = Array.from({ length: blockCountOf(sizeBytes) }, (_, index) =>
    head.readBigUInt64LE(CHECKSUMS_OFFSET + index * CHECKSUM_SIZE_BYTES),
  );
  return { offset, sizeBytes, checksums };
}

/** Makes of `bytes`, a multiple of HEAD_SIZE_BYTES, a piece of the segment in which nothing is. */
export function writePadding(bytes: Buffer, offset: number, identity: SegmentIdentity): void {
  bytes.fill(0);
  writeStart(bytes, PADDING_MAGIC, { count: bytes.length, offset }, identity);
  sealed(bytes);
}

/** @returns how long the padding is that begins at `offset` of this segment with `head`; undefined if none does */
export function paddingSizeOf(
  head: Buffer,
  offset: number,
  identity: { readonly segmentNumber: number; readonly salt?: bigint },
): number | undefined {
  const sizeBytes = isHere(head, PADDING_MAGIC, offset, identity) ? head.readUInt32LE(4) : 0;
  // Where the salt is lost anybody's bytes may pass for a head, and none of them may hold up who goes from one to the next.
  return sizeBytes >= HEAD_SIZE_BYTES && sizeBytes % HEAD_SIZE_BYTES === 0 ? sizeBytes : undefined;
}

export function encodeClosing(
  closing: { readonly recordCount: number; readonly offset: number },
  identity: SegmentIdentity,
): Buffer {
  const bytes = Buffer.alloc(HEAD_SIZE_BYTES);
  writeStart(bytes, CLOSING_MAGIC, { count: closing.recordCount, offset: closing.offset }, identity);
  return sealed(bytes);
}

export function isClosing(
  head: Buffer,
  offset: number,
  identity: { readonly segmentNumber: number; readonly salt?: bigint },
): boolean {
  return isHere(head, CLOSING_MAGIC, offset, identity);
}

function isHere(
  head: Buffer,
  magic: string,
  offset: number,
  { segmentNumber, salt }: { readonly segmentNumber: number; readonly salt?: bigint },
): boolean {
  return (
    isSealed(head, magic) &&
    head.readUInt32LE(8) === offset &&
    head.readUInt32LE(12) === segmentNumber &&
    (salt === undefined || head.readBigUInt64LE(16) === salt)
  );
}

function writeStart(
  head: Buffer,
  magic: string,
  { count, offset }: { readonly count: number; readonly offset: number },
  { segmentNumber, salt }: SegmentIdentity,
): void {
  head.fill(0, 0, HEAD_SIZE_BYTES);
  head.write(magic, "latin1");
  head.writeUInt32LE(count, 4);
  head.writeUInt32LE(offset, 8);
  head.writeUInt32LE(segmentNumber, 12);
  head.writeBigUInt64LE(salt, 16);
}

function sealed(head: Buffer): Buffer {
  head.writeBigUInt64LE(crc64(head.subarray(0, SEAL_OFFSET)), SEAL_OFFSET);
  return head;
}

function isSealed(head: Buffer, magic: string): boolean {
  return (
    head.length >= HEAD_SIZE_BYTES &&
    head.toString("latin1", 0, magic.length) === magic &&
    head.readBigUInt64LE(SEAL_OFFSET) === crc64(head.subarray(0, SEAL_OFFSET))
  );
}

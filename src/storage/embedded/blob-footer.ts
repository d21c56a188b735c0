// What stands behind the bytes in a blob's own file, so that the file alone tells whether it is whole:
//
//    8 × n bytes   CRC-64 of each block
//    8             "PARTBLOB"
//    8             how many bytes the blob has
//    4             the block size, 262,144
//    4             the version of this layout, 1
//    8             CRC-64 of all of the footer before it
//
// Numbers are unsigned and little-endian. docs/STORAGE.md
import { crc64 } from "../../protocol/crc64/crc64.ts";
import { BLOCK_SIZE_BYTES, blockCountOf, CHECKSUM_SIZE_BYTES } from "./block-checksums.ts";

const MAGIC = Buffer.from("PARTBLOB", "latin1");
const LAYOUT_VERSION = 1;
/** The end, whose size does not depend on the blob's. */
export const TRAILER_SIZE_BYTES = 32;
const SEAL_OFFSET = 24;

export function footerSizeOf(sizeBytes: number): number {
  return blockCountOf(sizeBytes) * CHECKSUM_SIZE_BYTES + TRAILER_SIZE_BYTES;
}

export function encodeFooter(sizeBytes: number, checksums: readonly bigint[]): Buffer {
  const footer = Buffer.alloc(footerSizeOf(sizeBytes));
  for (const [index, checksum] of checksums.entries()) {
    footer.writeBigUInt64LE(checksum, index * CHECKSUM_SIZE_BYTES);
  }
  const trailer = footer.subarray(footer.length - TRAILER_SIZE_BYTES);
  MAGIC.copy(trailer);
  trailer.writeBigUInt64LE(BigInt(sizeBytes), 8);
  trailer.writeUInt32LE(BLOCK_SIZE_BYTES, 16);
  trailer.writeUInt32LE(LAYOUT_VERSION, 20);
  trailer.writeBigUInt64LE(crc64(footer.subarray(0, footer.length - 8)), SEAL_OFFSET);
  return footer;
}

/** How long a blob is whose file is that long and whole. */
export function sizeByFileSize(fileSizeBytes: number): number {
  const blockBytes = BLOCK_SIZE_BYTES + CHECKSUM_SIZE_BYTES;
  const blockCount = Math.ceil(Math.max(fileSizeBytes - TRAILER_SIZE_BYTES, 0) / blockBytes);
  return Math.max(fileSizeBytes - TRAILER_SIZE_BYTES - blockCount * CHECKSUM_SIZE_BYTES, 0);
}

/**
 * How long the blob is whose file has `fileSizeBytes` and ends with `trailer`.
 *
 * @returns undefined if a file of that length cannot end so
 */
export function sizeByTrailer(trailer: Buffer, fileSizeBytes: number): number | undefined {
  if (trailer.length < TRAILER_SIZE_BYTES || !trailer.subarray(0, MAGIC.length).equals(MAGIC)) {
    return undefined;
  }
  const sizeBytes = Number(trailer.readBigUInt64LE(8));
  const isOurs = trailer.readUInt32LE(16) === BLOCK_SIZE_BYTES && trailer.readUInt32LE(20) === LAYOUT_VERSION;
  // Before anything of that size is allocated: the file is as long as it says.
  return isOurs && sizeBytes + footerSizeOf(sizeBytes) === fileSizeBytes ? sizeBytes : undefined;
}

/** @returns undefined if the footer is damaged */
export function decodeFooter(footer: Buffer): readonly bigint[] | undefined {
  const sealOffset = footer.length - 8;
  if (footer.readBigUInt64LE(sealOffset) !== crc64(footer.subarray(0, sealOffset))) {
    return undefined;
  }
  const blockCount = (footer.length - TRAILER_SIZE_BYTES) / CHECKSUM_SIZE_BYTES;
  return Array.from({ length: blockCount }, (_, index) =>
    footer.readBigUInt64LE(index * CHECKSUM_SIZE_BYTES),
  );
}

// The CRC by tables, for short inputs and for the remainders that the sparse fold leaves.
//
// Thirty-two tables: table k holds, for each byte, the register that this byte followed by k zero bytes leaves.
// A word of eight bytes needs tables 7 … 0, one for each byte by the distance to the word's end ("slicing").
// One word must wait for the register of the word before it, eight loads long, and the processor idles meanwhile.
// So four words of each 32-byte block go their own ways ("braiding", as in zlib's crc32): the register of word w
// skips the three other words and is next XORed into word w of the next block. The byte's distance to that point
// is 24 bytes longer, which is tables 31 … 24. After the last block the four registers are joined in order.

import { POLYNOMIAL } from "./multiply";

const TABLE_SIZE_BYTES = 2048;
const TABLE_COUNT = 32;
const TABLES: usize = memory.data(TABLE_COUNT * TABLE_SIZE_BYTES, 16);

const WORD_SIZE_BYTES: usize = 8;
const BLOCK_SIZE_BYTES: usize = 32;
/** Below four blocks the joining costs more than the braid wins. */
const BRAID_MIN_BYTES: usize = 128;

/** Fills the tables; the module's start calls it once. */
export function buildTables(): void {
  for (let byte = 0; byte < 256; byte++) {
    let register: u64 = byte;
    for (let bit = 0; bit < 8; bit++) register = (register >> 1) ^ (POLYNOMIAL & (0 - (register & 1)));
    store<u64>(TABLES + (byte << 3), register);
  }
  const entryCount = 256 * (TABLE_COUNT - 1);
  for (let entry = 0; entry < entryCount; entry++) {
    const before = load<u64>(TABLES + (entry << 3));
    store<u64>(TABLES + (entry << 3), appendByte(before, 0), TABLE_SIZE_BYTES);
  }
}

/** The register after `sizeBytes` bytes at `start`. Registers are the inverted values of CRC-64/XZ. */
export function tableCrc(register: u64, start: usize, sizeBytes: usize): u64 {
  const end = start + sizeBytes;
  let at = start;
  let current = register;
  if (sizeBytes >= BRAID_MIN_BYTES) {
    const braidEnd = start + (sizeBytes & ~(BLOCK_SIZE_BYTES - 1));
    current = braidCrc(current, at, braidEnd);
    at = braidEnd;
  }
  for (; at + WORD_SIZE_BYTES <= end; at += WORD_SIZE_BYTES) current = sliceWord(current ^ load<u64>(at));
  for (; at < end; at++) current = appendByte(current, load<u8>(at));
  return current;
}

/** The register after whole blocks from `start` to `end`, at least one. */
function braidCrc(register: u64, start: usize, end: usize): u64 {
  const lastBlock = end - BLOCK_SIZE_BYTES;
  let at = start;
  let first = register;
  let second: u64 = 0;
  let third: u64 = 0;
  let fourth: u64 = 0;
  for (; at < lastBlock; at += BLOCK_SIZE_BYTES) {
    first = skipToNextBlock(first ^ load<u64>(at));
    second = skipToNextBlock(second ^ load<u64>(at, 8));
    third = skipToNextBlock(third ^ load<u64>(at, 16));
    fourth = skipToNextBlock(fourth ^ load<u64>(at, 24));
  }
  first = sliceWord(first ^ load<u64>(at));
  second = sliceWord(first ^ second ^ load<u64>(at, 8));
  third = sliceWord(second ^ third ^ load<u64>(at, 16));
  return sliceWord(third ^ fourth ^ load<u64>(at, 24));
}

function appendByte(register: u64, byte: u8): u64 {
  const index = <usize>((register ^ byte) & 0xff);
  return (register >> 8) ^ load<u64>(index << 3, TABLES);
}

/**
 * The register that the word leaves at its end.
 *
 * Each mask keeps a byte already multiplied by the eight bytes of an entry, and the table's address is in the load's
 * own offset: the loop is bound by these instructions (1.5 GB/s with an addition each, 2.2 without).
 */
function sliceWord(word: u64): u64 {
  const low = <u32>word;
  const high = <u32>(word >> 32);
  return (
    load<u64>((low << 3) & 0x7f8, TABLES + 7 * TABLE_SIZE_BYTES) ^
    load<u64>((low >> 5) & 0x7f8, TABLES + 6 * TABLE_SIZE_BYTES) ^
    load<u64>((low >> 13) & 0x7f8, TABLES + 5 * TABLE_SIZE_BYTES) ^
    load<u64>((low >> 21) & 0x7f8, TABLES + 4 * TABLE_SIZE_BYTES) ^
    load<u64>((high << 3) & 0x7f8, TABLES + 3 * TABLE_SIZE_BYTES) ^
    load<u64>((high >> 5) & 0x7f8, TABLES + 2 * TABLE_SIZE_BYTES) ^
    load<u64>((high >> 13) & 0x7f8, TABLES + 1 * TABLE_SIZE_BYTES) ^
    load<u64>((high >> 21) & 0x7f8, TABLES)
  );
}

/** The register that the word leaves 24 bytes after its end, where the same word of the next block begins. */
function skipToNextBlock(word: u64): u64 {
  const low = <u32>word;
  const high = <u32>(word >> 32);
  return (
    load<u64>((low << 3) & 0x7f8, TABLES + 31 * TABLE_SIZE_BYTES) ^
    load<u64>((low >> 5) & 0x7f8, TABLES + 30 * TABLE_SIZE_BYTES) ^
    load<u64>((low >> 13) & 0x7f8, TABLES + 29 * TABLE_SIZE_BYTES) ^
    load<u64>((low >> 21) & 0x7f8, TABLES + 28 * TABLE_SIZE_BYTES) ^
    load<u64>((high << 3) & 0x7f8, TABLES + 27 * TABLE_SIZE_BYTES) ^
    load<u64>((high >> 5) & 0x7f8, TABLES + 26 * TABLE_SIZE_BYTES) ^
    load<u64>((high >> 13) & 0x7f8, TABLES + 25 * TABLE_SIZE_BYTES) ^
    load<u64>((high >> 21) & 0x7f8, TABLES + 24 * TABLE_SIZE_BYTES)
  );
}

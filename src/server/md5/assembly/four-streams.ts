// MD5 of four streams at once: each lane of a vector belongs to one of them. The steps of one stream wait for each other, so
// this is the only way to have the processor do several.

import { BLOCK_SIZE_BYTES } from "./constants";
import { stepF, stepG, stepH, stepI } from "./short-chain-steps";
import { TRANSPOSED_SIZE_BYTES, transposeBlocks } from "./transpose-blocks";

const REGISTER_COUNT: i32 = 4;
const VECTOR_SIZE_BYTES: i32 = 16;

/** The registers a, b, c, d, a vector each: word i of a vector is stream i's. */
export const FOUR_STATES: usize = memory.data(REGISTER_COUNT * VECTOR_SIZE_BYTES, 16);

const WORDS: usize = memory.data(<i32>TRANSPOSED_SIZE_BYTES, 16);

/** Takes in `blockCount` blocks of each stream, which may start at any address; the same for two streams does no harm. */
export function hashFourStreams(
  first: usize,
  second: usize,
  third: usize,
  fourth: usize,
  blockCount: u32,
): void {
  let a = v128.load(FOUR_STATES);
  let b = v128.load(FOUR_STATES, 16);
  let c = v128.load(FOUR_STATES, 32);
  let d = v128.load(FOUR_STATES, 48);
  const sizeBytes = <usize>blockCount * BLOCK_SIZE_BYTES;
  for (let offset: usize = 0; offset < sizeBytes; offset += BLOCK_SIZE_BYTES) {
    transposeBlocks(first + offset, second + offset, third + offset, fourth + offset, WORDS);
    const aBefore = a;
    const bBefore = b;
    const cBefore = c;
    const dBefore = d;
    a = stepF(a, b, c, d, WORDS, 0, 7);
    d = stepF(d, a, b, c, WORDS, 1, 12);
    c = stepF(c, d, a, b, WORDS, 2, 17);
    b = stepF(b, c, d, a, WORDS, 3, 22);
    a = stepF(a, b, c, d, WORDS, 4, 7);
    d = stepF(d, a, b, c, WORDS, 5, 12);
    c = stepF(c, d, a, b, WORDS, 6, 17);
    b = stepF(b, c, d, a, WORDS, 7, 22);
    a = stepF(a, b, c, d, WORDS, 8, 7);
    d = stepF(d, a, b, c, WORDS, 9, 12);
    c = stepF(c, d, a, b, WORDS, 10, 17);
    b = stepF(b, c, d, a, WORDS, 11, 22);
    a = stepF(a, b, c, d, WORDS, 12, 7);
    d = stepF(d, a, b, c, WORDS, 13, 12);
    c = stepF(c, d, a, b, WORDS, 14, 17);
    b = stepF(b, c, d, a, WORDS, 15, 22);
    a = stepG(a, b, c, d, WORDS, 16, 5);
    d = stepG(d, a, b, c, WORDS, 17, 9);
    c = stepG(c, d, a, b, WORDS, 18, 14);
    b = stepG(b, c, d, a, WORDS, 19, 20);
    a = stepG(a, b, c, d, WORDS, 20, 5);
    d = stepG(d, a, b, c, WORDS, 21, 9);
    c = stepG(c, d, a, b, WORDS, 22, 14);
    b = stepG(b, c, d, a, WORDS, 23, 20);
    a = stepG(a, b, c, d, WORDS, 24, 5);
    d = stepG(d, a, b, c, WORDS, 25, 9);
    c = stepG(c, d, a, b, WORDS, 26, 14);
    b = stepG(b, c, d, a, WORDS, 27, 20);
    a = stepG(a, b, c, d, WORDS, 28, 5);
    d = stepG(d, a, b, c, WORDS, 29, 9);
    c = stepG(c, d, a, b, WORDS, 30, 14);
    b = stepG(b, c, d, a, WORDS, 31, 20);
    a = stepH(a, b, c, d, WORDS, 32, 4);
    d = stepH(d, a, b, c, WORDS, 33, 11);
    c = stepH(c, d, a, b, WORDS, 34, 16);
    b = stepH(b, c, d, a, WORDS, 35, 23);
    a = stepH(a, b, c, d, WORDS, 36, 4);
    d = stepH(d, a, b, c, WORDS, 37, 11);
    c = stepH(c, d, a, b, WORDS, 38, 16);
    b = stepH(b, c, d, a, WORDS, 39, 23);
    a = stepH(a, b, c, d, WORDS, 40, 4);
    d = stepH(d, a, b, c, WORDS, 41, 11);
    c = stepH(c, d, a, b, WORDS, 42, 16);
    b = stepH(b, c, d, a, WORDS, 43, 23);
    a = stepH(a, b, c, d, WORDS, 44, 4);
    d = stepH(d, a, b, c, WORDS, 45, 11);
    c = stepH(c, d, a, b, WORDS, 46, 16);
    b = stepH(b, c, d, a, WORDS, 47, 23);
    a = stepI(a, b, c, d, WORDS, 48, 6);
    d = stepI(d, a, b, c, WORDS, 49, 10);
    c = stepI(c, d, a, b, WORDS, 50, 15);
    b = stepI(b, c, d, a, WORDS, 51, 21);
    a = stepI(a, b, c, d, WORDS, 52, 6);
    d = stepI(d, a, b, c, WORDS, 53, 10);
    c = stepI(c, d, a, b, WORDS, 54, 15);
    b = stepI(b, c, d, a, WORDS, 55, 21);
    a = stepI(a, b, c, d, WORDS, 56, 6);
    d = stepI(d, a, b, c, WORDS, 57, 10);
    c = stepI(c, d, a, b, WORDS, 58, 15);
    b = stepI(b, c, d, a, WORDS, 59, 21);
    a = stepI(a, b, c, d, WORDS, 60, 6);
    d = stepI(d, a, b, c, WORDS, 61, 10);
    c = stepI(c, d, a, b, WORDS, 62, 15);
    b = stepI(b, c, d, a, WORDS, 63, 21);
    a = i32x4.add(a, aBefore);
    b = i32x4.add(b, bBefore);
    c = i32x4.add(c, cBefore);
    d = i32x4.add(d, dBefore);
  }
  v128.store(FOUR_STATES, a);
  v128.store(FOUR_STATES, b, 16);
  v128.store(FOUR_STATES, c, 32);
  v128.store(FOUR_STATES, d, 48);
}

// MD5 of four streams at once: each 32-bit lane of a vector belongs to one stream, and every instruction takes one step of
// all four. The steps of one stream wait for each other, so this is the only way to have the processor do several.

import { BLOCK_SIZE_BYTES, wordOfF, wordOfG, wordOfH, wordOfI } from "./constants";

const LANE_COUNT: usize = 4;
const VECTOR_SIZE_BYTES: usize = 16;

/** The registers a, b, c, d, a vector each: word i of a vector is stream i's. */
export const LANE_STATES: usize = memory.data(<i32>(LANE_COUNT * VECTOR_SIZE_BYTES), 16);

/** The words of four blocks, one from each stream, the words of the same number in one vector. */
const WORDS: usize = memory.data(<i32>(LANE_COUNT * BLOCK_SIZE_BYTES), 16);

/**
 * What step i adds, 64 words: floor(2^32 · |sin(i + 1)|), and 1 less in the last round (see `stepI`). In memory, because
 * V8 builds a vector of constants from several instructions, but loads one word into all four lanes with one.
 */
const ADDENDS: usize = memory.data<u32>([
  0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501, 0x698098d8,
  0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821, 0xf61e2562, 0xc040b340,
  0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8, 0x21e1cde6, 0xc33707d6, 0xf4d50d87,
  0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a, 0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c,
  0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70, 0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039,
  0xe6db99e5, 0x1fa27cf8, 0xc4ac5665, 0xf4292243, 0x432aff96, 0xab9423a6, 0xfc93a038, 0x655b59c2, 0x8f0ccc91,
  0xffeff47c, 0x85845dd0, 0x6fa87e4e, 0xfe2ce6df, 0xa3014313, 0x4e0811a0, 0xf7537e81, 0xbd3af234, 0x2ad7d2ba,
  0xeb86d390,
]);

/** Takes in `blockCount` blocks of each stream, which may start at any address; the same for two streams does no harm. */
export function hashFourStreams(
  first: usize,
  second: usize,
  third: usize,
  fourth: usize,
  blockCount: u32,
): void {
  let a = v128.load(LANE_STATES);
  let b = v128.load(LANE_STATES, 16);
  let c = v128.load(LANE_STATES, 32);
  let d = v128.load(LANE_STATES, 48);
  const sizeBytes = <usize>blockCount * BLOCK_SIZE_BYTES;
  for (let offset: usize = 0; offset < sizeBytes; offset += BLOCK_SIZE_BYTES) {
    for (let column: usize = 0; column < BLOCK_SIZE_BYTES; column += VECTOR_SIZE_BYTES) {
      const at = offset + column;
      transpose(first + at, second + at, third + at, fourth + at, WORDS + column * LANE_COUNT);
    }
    const aBefore = a;
    const bBefore = b;
    const cBefore = c;
    const dBefore = d;
    a = stepF(a, b, c, d, 0, 7);
    d = stepF(d, a, b, c, 1, 12);
    c = stepF(c, d, a, b, 2, 17);
    b = stepF(b, c, d, a, 3, 22);
    a = stepF(a, b, c, d, 4, 7);
    d = stepF(d, a, b, c, 5, 12);
    c = stepF(c, d, a, b, 6, 17);
    b = stepF(b, c, d, a, 7, 22);
    a = stepF(a, b, c, d, 8, 7);
    d = stepF(d, a, b, c, 9, 12);
    c = stepF(c, d, a, b, 10, 17);
    b = stepF(b, c, d, a, 11, 22);
    a = stepF(a, b, c, d, 12, 7);
    d = stepF(d, a, b, c, 13, 12);
    c = stepF(c, d, a, b, 14, 17);
    b = stepF(b, c, d, a, 15, 22);
    a = stepG(a, b, c, d, 16, 5);
    d = stepG(d, a, b, c, 17, 9);
    c = stepG(c, d, a, b, 18, 14);
    b = stepG(b, c, d, a, 19, 20);
    a = stepG(a, b, c, d, 20, 5);
    d = stepG(d, a, b, c, 21, 9);
    c = stepG(c, d, a, b, 22, 14);
    b = stepG(b, c, d, a, 23, 20);
    a = stepG(a, b, c, d, 24, 5);
    d = stepG(d, a, b, c, 25, 9);
    c = stepG(c, d, a, b, 26, 14);
    b = stepG(b, c, d, a, 27, 20);
    a = stepG(a, b, c, d, 28, 5);
    d = stepG(d, a, b, c, 29, 9);
    c = stepG(c, d, a, b, 30, 14);
    b = stepG(b, c, d, a, 31, 20);
    a = stepH(a, b, c, d, 32, 4);
    d = stepH(d, a, b, c, 33, 11);
    c = stepH(c, d, a, b, 34, 16);
    b = stepH(b, c, d, a, 35, 23);
    a = stepH(a, b, c, d, 36, 4);
    d = stepH(d, a, b, c, 37, 11);
    c = stepH(c, d, a, b, 38, 16);
    b = stepH(b, c, d, a, 39, 23);
    a = stepH(a, b, c, d, 40, 4);
    d = stepH(d, a, b, c, 41, 11);
    c = stepH(c, d, a, b, 42, 16);
    b = stepH(b, c, d, a, 43, 23);
    a = stepH(a, b, c, d, 44, 4);
    d = stepH(d, a, b, c, 45, 11);
    c = stepH(c, d, a, b, 46, 16);
    b = stepH(b, c, d, a, 47, 23);
    a = stepI(a, b, c, d, 48, 6);
    d = stepI(d, a, b, c, 49, 10);
    c = stepI(c, d, a, b, 50, 15);
    b = stepI(b, c, d, a, 51, 21);
    a = stepI(a, b, c, d, 52, 6);
    d = stepI(d, a, b, c, 53, 10);
    c = stepI(c, d, a, b, 54, 15);
    b = stepI(b, c, d, a, 55, 21);
    a = stepI(a, b, c, d, 56, 6);
    d = stepI(d, a, b, c, 57, 10);
    c = stepI(c, d, a, b, 58, 15);
    b = stepI(b, c, d, a, 59, 21);
    a = stepI(a, b, c, d, 60, 6);
    d = stepI(d, a, b, c, 61, 10);
    c = stepI(c, d, a, b, 62, 15);
    b = stepI(b, c, d, a, 63, 21);
    a = i32x4.add(a, aBefore);
    b = i32x4.add(b, bBefore);
    c = i32x4.add(c, cBefore);
    d = i32x4.add(d, dBefore);
  }
  v128.store(LANE_STATES, a);
  v128.store(LANE_STATES, b, 16);
  v128.store(LANE_STATES, c, 32);
  v128.store(LANE_STATES, d, 48);
}

/** Four words of each stream become four vectors of a word from each stream. */
function transpose(first: usize, second: usize, third: usize, fourth: usize, target: usize): void {
  const one = v128.load(first);
  const two = v128.load(second);
  const three = v128.load(third);
  const four = v128.load(fourth);
  const lowOfTwo = v128.shuffle<i32>(one, two, 0, 4, 1, 5);
  const lowOfFour = v128.shuffle<i32>(three, four, 0, 4, 1, 5);
  const highOfTwo = v128.shuffle<i32>(one, two, 2, 6, 3, 7);
  const highOfFour = v128.shuffle<i32>(three, four, 2, 6, 3, 7);
  v128.store(target, v128.shuffle<i64>(lowOfTwo, lowOfFour, 0, 2));
  v128.store(target, v128.shuffle<i64>(lowOfTwo, lowOfFour, 1, 3), 16);
  v128.store(target, v128.shuffle<i64>(highOfTwo, highOfFour, 0, 2), 32);
  v128.store(target, v128.shuffle<i64>(highOfTwo, highOfFour, 1, 3), 48);
}

function stepF(a: v128, b: v128, c: v128, d: v128, step: i32, shift: i32): v128 {
  return turn(a, b, v128.xor(d, v128.and(b, v128.xor(c, d))), wordOfF(step), step, shift);
}

/** G is (b & d) | (c & ~d), and where no bit is in both, a sum is as good: its right half need not wait for b. */
function stepG(a: v128, b: v128, c: v128, d: v128, step: i32, shift: i32): v128 {
  return turn(i32x4.add(a, v128.andnot(c, d)), b, v128.and(b, d), wordOfG(step), step, shift);
}

function stepH(a: v128, b: v128, c: v128, d: v128, step: i32, shift: i32): v128 {
  return turn(a, b, v128.xor(b, v128.xor(c, d)), wordOfH(step), step, shift);
}

/**
 * I is c ^ (b | ~d), which is ~((c ^ d) ^ (b & d)), and ~x is −1 − x: the −1 is in the addends. This form has no `andnot`,
 * which V8 makes an instruction for floating-point numbers: before and after it, results of others arrive a cycle later.
 */
function stepI(a: v128, b: v128, c: v128, d: v128, step: i32, shift: i32): v128 {
  const unmixed = i32x4.add(a, addendOf(wordOfI(step), step));
  return rotatedOnto(b, i32x4.sub(unmixed, v128.xor(v128.xor(c, d), v128.and(b, d))), shift);
}

/**
 * b + ((a + mixed + word + sine) <<< shift). All but `mixed` is added while that is on its way: b is the last step's
 * result, and the chain of what must wait for it is what the time goes into.
 */
function turn(a: v128, b: v128, mixed: v128, word: i32, step: i32, shift: i32): v128 {
  return rotatedOnto(b, i32x4.add(mixed, i32x4.add(a, addendOf(word, step))), shift);
}

function addendOf(word: i32, step: i32): v128 {
  const words = v128.load(WORDS + ((<usize>word) << 4));
  return i32x4.add(words, v128.load_splat<u32>(ADDENDS + ((<usize>step) << 2)));
}

/**
 * b + (sum <<< shift). The halves of what is rotated have no bit in common, so they may be added one after the other, and
 * the first while the second still waits: processors with two units for shifts do not always do both shifts at once.
 */
function rotatedOnto(b: v128, sum: v128, shift: i32): v128 {
  return i32x4.add(i32x4.add(b, i32x4.shr_u(sum, 32 - shift)), i32x4.shl(sum, shift));
}

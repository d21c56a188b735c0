// The steps of MD5 on vectors: each 32-bit lane belongs to one stream, and every instruction takes one step of four
// streams. The time goes into the chain of what must wait for the step before, so all else is computed beside it. These are
// for eight streams, which fill the processor's units: of two ways the one with fewer instructions is taken.

import { wordOfF, wordOfG, wordOfH, wordOfI } from "./constants";

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

/** @param words  where the words of four blocks lie, as `transposeBlocks` puts them there */
export function stepF(a: v128, b: v128, c: v128, d: v128, words: usize, step: i32, shift: i32): v128 {
  const mixed = v128.xor(d, v128.and(b, v128.xor(c, d)));
  return turn(a, b, mixed, addendOf(words, wordOfF(step), step), shift);
}

/** G is (b & d) | (c & ~d), and where no bit is in both, a sum is as good: its right half need not wait for b. */
export function stepG(a: v128, b: v128, c: v128, d: v128, words: usize, step: i32, shift: i32): v128 {
  const early = i32x4.add(a, v128.andnot(c, d));
  return turn(early, b, v128.and(b, d), addendOf(words, wordOfG(step), step), shift);
}

export function stepH(a: v128, b: v128, c: v128, d: v128, words: usize, step: i32, shift: i32): v128 {
  return turn(a, b, v128.xor(b, v128.xor(c, d)), addendOf(words, wordOfH(step), step), shift);
}

/**
 * I is c ^ (b | ~d), which is ~((c ^ d) ^ (b & d)), and ~x is −1 − x: the −1 is in the addends. This form has no `andnot`,
 * which V8 makes an instruction for floating-point numbers: before and after it, results of others arrive a cycle later.
 */
export function stepI(a: v128, b: v128, c: v128, d: v128, words: usize, step: i32, shift: i32): v128 {
  const unmixed = i32x4.add(a, addendOf(words, wordOfI(step), step));
  return rotatedOnto(b, i32x4.sub(unmixed, v128.xor(v128.xor(c, d), v128.and(b, d))), shift);
}

/** b + ((a + mixed + addend) <<< shift). All but `mixed` is added while that is on its way: b is the last step's result. */
function turn(a: v128, b: v128, mixed: v128, addend: v128, shift: i32): v128 {
  return rotatedOnto(b, i32x4.add(mixed, i32x4.add(a, addend)), shift);
}

/**
 * b + (sum <<< shift). The halves of what is rotated have no bit in common, so they may be added one after the other, and
 * the first while the second still waits: processors with two units for shifts do not always do both shifts at once.
 */
function rotatedOnto(b: v128, sum: v128, shift: i32): v128 {
  return i32x4.add(i32x4.add(b, i32x4.shr_u(sum, 32 - shift)), i32x4.shl(sum, shift));
}

/** The words of the four blocks that step i takes, and what else it adds to them. */
export function addendOf(words: usize, word: i32, step: i32): v128 {
  const ofBlocks = v128.load(words + ((<usize>word) << 4));
  return i32x4.add(ofBlocks, v128.load_splat<u32>(ADDENDS + ((<usize>step) << 2)));
}

// MD5 of one stream: what is left when no other stream has bytes at the moment, and the padded end of every stream.

import { BLOCK_SIZE_BYTES, wordOfF, wordOfG, wordOfH, wordOfI } from "./constants";

/** The registers a, b, c, d. */
export const LONE_STATE: usize = memory.data(16, 16);

/** Takes in `blockCount` blocks, which may start at any address. */
export function hashOneStream(start: usize, blockCount: u32): void {
  let a = load<u32>(LONE_STATE);
  let b = load<u32>(LONE_STATE, 4);
  let c = load<u32>(LONE_STATE, 8);
  let d = load<u32>(LONE_STATE, 12);
  const end = start + <usize>blockCount * BLOCK_SIZE_BYTES;
  for (let block = start; block < end; block += BLOCK_SIZE_BYTES) {
    const aBefore = a;
    const bBefore = b;
    const cBefore = c;
    const dBefore = d;
    a = stepF(a, b, c, d, block, 0, 7, 0xd76aa478);
    d = stepF(d, a, b, c, block, 1, 12, 0xe8c7b756);
    c = stepF(c, d, a, b, block, 2, 17, 0x242070db);
    b = stepF(b, c, d, a, block, 3, 22, 0xc1bdceee);
    a = stepF(a, b, c, d, block, 4, 7, 0xf57c0faf);
    d = stepF(d, a, b, c, block, 5, 12, 0x4787c62a);
    c = stepF(c, d, a, b, block, 6, 17, 0xa8304613);
    b = stepF(b, c, d, a, block, 7, 22, 0xfd469501);
    a = stepF(a, b, c, d, block, 8, 7, 0x698098d8);
    d = stepF(d, a, b, c, block, 9, 12, 0x8b44f7af);
    c = stepF(c, d, a, b, block, 10, 17, 0xffff5bb1);
    b = stepF(b, c, d, a, block, 11, 22, 0x895cd7be);
    a = stepF(a, b, c, d, block, 12, 7, 0x6b901122);
    d = stepF(d, a, b, c, block, 13, 12, 0xfd987193);
    c = stepF(c, d, a, b, block, 14, 17, 0xa679438e);
    b = stepF(b, c, d, a, block, 15, 22, 0x49b40821);
    a = stepG(a, b, c, d, block, 16, 5, 0xf61e2562);
    d = stepG(d, a, b, c, block, 17, 9, 0xc040b340);
    c = stepG(c, d, a, b, block, 18, 14, 0x265e5a51);
    b = stepG(b, c, d, a, block, 19, 20, 0xe9b6c7aa);
    a = stepG(a, b, c, d, block, 20, 5, 0xd62f105d);
    d = stepG(d, a, b, c, block, 21, 9, 0x02441453);
    c = stepG(c, d, a, b, block, 22, 14, 0xd8a1e681);
    b = stepG(b, c, d, a, block, 23, 20, 0xe7d3fbc8);
    a = stepG(a, b, c, d, block, 24, 5, 0x21e1cde6);
    d = stepG(d, a, b, c, block, 25, 9, 0xc33707d6);
    c = stepG(c, d, a, b, block, 26, 14, 0xf4d50d87);
    b = stepG(b, c, d, a, block, 27, 20, 0x455a14ed);
    a = stepG(a, b, c, d, block, 28, 5, 0xa9e3e905);
    d = stepG(d, a, b, c, block, 29, 9, 0xfcefa3f8);
    c = stepG(c, d, a, b, block, 30, 14, 0x676f02d9);
    b = stepG(b, c, d, a, block, 31, 20, 0x8d2a4c8a);
    a = stepH(a, b, c, d, block, 32, 4, 0xfffa3942);
    d = stepH(d, a, b, c, block, 33, 11, 0x8771f681);
    c = stepH(c, d, a, b, block, 34, 16, 0x6d9d6122);
    b = stepH(b, c, d, a, block, 35, 23, 0xfde5380c);
    a = stepH(a, b, c, d, block, 36, 4, 0xa4beea44);
    d = stepH(d, a, b, c, block, 37, 11, 0x4bdecfa9);
    c = stepH(c, d, a, b, block, 38, 16, 0xf6bb4b60);
    b = stepH(b, c, d, a, block, 39, 23, 0xbebfbc70);
    a = stepH(a, b, c, d, block, 40, 4, 0x289b7ec6);
    d = stepH(d, a, b, c, block, 41, 11, 0xeaa127fa);
    c = stepH(c, d, a, b, block, 42, 16, 0xd4ef3085);
    b = stepH(b, c, d, a, block, 43, 23, 0x04881d05);
    a = stepH(a, b, c, d, block, 44, 4, 0xd9d4d039);
    d = stepH(d, a, b, c, block, 45, 11, 0xe6db99e5);
    c = stepH(c, d, a, b, block, 46, 16, 0x1fa27cf8);
    b = stepH(b, c, d, a, block, 47, 23, 0xc4ac5665);
    a = stepI(a, b, c, d, block, 48, 6, 0xf4292244);
    d = stepI(d, a, b, c, block, 49, 10, 0x432aff97);
    c = stepI(c, d, a, b, block, 50, 15, 0xab9423a7);
    b = stepI(b, c, d, a, block, 51, 21, 0xfc93a039);
    a = stepI(a, b, c, d, block, 52, 6, 0x655b59c3);
    d = stepI(d, a, b, c, block, 53, 10, 0x8f0ccc92);
    c = stepI(c, d, a, b, block, 54, 15, 0xffeff47d);
    b = stepI(b, c, d, a, block, 55, 21, 0x85845dd1);
    a = stepI(a, b, c, d, block, 56, 6, 0x6fa87e4f);
    d = stepI(d, a, b, c, block, 57, 10, 0xfe2ce6e0);
    c = stepI(c, d, a, b, block, 58, 15, 0xa3014314);
    b = stepI(b, c, d, a, block, 59, 21, 0x4e0811a1);
    a = stepI(a, b, c, d, block, 60, 6, 0xf7537e82);
    d = stepI(d, a, b, c, block, 61, 10, 0xbd3af235);
    c = stepI(c, d, a, b, block, 62, 15, 0x2ad7d2bb);
    b = stepI(b, c, d, a, block, 63, 21, 0xeb86d391);
    a += aBefore;
    b += bBefore;
    c += cBefore;
    d += dBefore;
  }
  store<u32>(LONE_STATE, a);
  store<u32>(LONE_STATE, b, 4);
  store<u32>(LONE_STATE, c, 8);
  store<u32>(LONE_STATE, d, 12);
}

function stepF(a: u32, b: u32, c: u32, d: u32, block: usize, step: i32, shift: i32, sine: u32): u32 {
  return turn(a, b, d ^ (b & (c ^ d)), block, wordOfF(step), shift, sine);
}

function stepG(a: u32, b: u32, c: u32, d: u32, block: usize, step: i32, shift: i32, sine: u32): u32 {
  return turn(a, b, c ^ (d & (b ^ c)), block, wordOfG(step), shift, sine);
}

function stepH(a: u32, b: u32, c: u32, d: u32, block: usize, step: i32, shift: i32, sine: u32): u32 {
  return turn(a, b, b ^ c ^ d, block, wordOfH(step), shift, sine);
}

function stepI(a: u32, b: u32, c: u32, d: u32, block: usize, step: i32, shift: i32, sine: u32): u32 {
  return turn(a, b, c ^ (b | ~d), block, wordOfI(step), shift, sine);
}

function turn(a: u32, b: u32, mixed: u32, block: usize, word: i32, shift: i32, sine: u32): u32 {
  return b + rotl<u32>(mixed + (a + (load<u32>(block + ((<usize>word) << 2)) + sine)), shift);
}

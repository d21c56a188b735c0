// MD5 of eight streams at once: two times the steps of four, which take turns. The chain of steps leaves the processor's
// vector units idle half of the time, so eight streams take hardly longer than four.

import { BLOCK_SIZE_BYTES } from "./constants";
import { TRANSPOSED_SIZE_BYTES, transposeBlocks } from "./transpose-blocks";
import { stepF, stepG, stepH, stepI } from "./vector-steps";

const REGISTER_COUNT: i32 = 4;
const VECTOR_SIZE_BYTES: i32 = 16;

/** The registers a, b, c, d, two vectors each: the words of the first four streams, then those of the others. */
export const EIGHT_STATES: usize = memory.data(2 * REGISTER_COUNT * VECTOR_SIZE_BYTES, 16);

const WORDS: usize = memory.data(<i32>TRANSPOSED_SIZE_BYTES, 16);
const OTHER_WORDS: usize = memory.data(<i32>TRANSPOSED_SIZE_BYTES, 16);

/** As `hashFourStreams`. */
export function hashEightStreams(
  first: usize,
  second: usize,
  third: usize,
  fourth: usize,
  fifth: usize,
  sixth: usize,
  seventh: usize,
  eighth: usize,
  blockCount: u32,
): void {
  let a = v128.load(EIGHT_STATES);
  let e = v128.load(EIGHT_STATES, 16);
  let b = v128.load(EIGHT_STATES, 32);
  let f = v128.load(EIGHT_STATES, 48);
  let c = v128.load(EIGHT_STATES, 64);
  let g = v128.load(EIGHT_STATES, 80);
  let d = v128.load(EIGHT_STATES, 96);
  let h = v128.load(EIGHT_STATES, 112);
  const sizeBytes = <usize>blockCount * BLOCK_SIZE_BYTES;
  for (let offset: usize = 0; offset < sizeBytes; offset += BLOCK_SIZE_BYTES) {
    transposeBlocks(first + offset, second + offset, third + offset, fourth + offset, WORDS);
    transposeBlocks(fifth + offset, sixth + offset, seventh + offset, eighth + offset, OTHER_WORDS);
    const aBefore = a;
    const bBefore = b;
    const cBefore = c;
    const dBefore = d;
    const eBefore = e;
    const fBefore = f;
    const gBefore = g;
    const hBefore = h;
    for (let step = 0; step < 16; step += 4) {
      a = stepF(a, b, c, d, WORDS, step, 7);
      e = stepF(e, f, g, h, OTHER_WORDS, step, 7);
      d = stepF(d, a, b, c, WORDS, step + 1, 12);
      h = stepF(h, e, f, g, OTHER_WORDS, step + 1, 12);
      c = stepF(c, d, a, b, WORDS, step + 2, 17);
      g = stepF(g, h, e, f, OTHER_WORDS, step + 2, 17);
      b = stepF(b, c, d, a, WORDS, step + 3, 22);
      f = stepF(f, g, h, e, OTHER_WORDS, step + 3, 22);
    }
    for (let step = 16; step < 32; step += 4) {
      a = stepG(a, b, c, d, WORDS, step, 5);
      e = stepG(e, f, g, h, OTHER_WORDS, step, 5);
      d = stepG(d, a, b, c, WORDS, step + 1, 9);
      h = stepG(h, e, f, g, OTHER_WORDS, step + 1, 9);
      c = stepG(c, d, a, b, WORDS, step + 2, 14);
      g = stepG(g, h, e, f, OTHER_WORDS, step + 2, 14);
      b = stepG(b, c, d, a, WORDS, step + 3, 20);
      f = stepG(f, g, h, e, OTHER_WORDS, step + 3, 20);
    }
    for (let step = 32; step < 48; step += 4) {
      a = stepH(a, b, c, d, WORDS, step, 4);
      e = stepH(e, f, g, h, OTHER_WORDS, step, 4);
      d = stepH(d, a, b, c, WORDS, step + 1, 11);
      h = stepH(h, e, f, g, OTHER_WORDS, step + 1, 11);
      c = stepH(c, d, a, b, WORDS, step + 2, 16);
      g = stepH(g, h, e, f, OTHER_WORDS, step + 2, 16);
      b = stepH(b, c, d, a, WORDS, step + 3, 23);
      f = stepH(f, g, h, e, OTHER_WORDS, step + 3, 23);
    }
    for (let step = 48; step < 64; step += 4) {
      a = stepI(a, b, c, d, WORDS, step, 6);
      e = stepI(e, f, g, h, OTHER_WORDS, step, 6);
      d = stepI(d, a, b, c, WORDS, step + 1, 10);
      h = stepI(h, e, f, g, OTHER_WORDS, step + 1, 10);
      c = stepI(c, d, a, b, WORDS, step + 2, 15);
      g = stepI(g, h, e, f, OTHER_WORDS, step + 2, 15);
      b = stepI(b, c, d, a, WORDS, step + 3, 21);
      f = stepI(f, g, h, e, OTHER_WORDS, step + 3, 21);
    }
    a = i32x4.add(a, aBefore);
    b = i32x4.add(b, bBefore);
    c = i32x4.add(c, cBefore);
    d = i32x4.add(d, dBefore);
    e = i32x4.add(e, eBefore);
    f = i32x4.add(f, fBefore);
    g = i32x4.add(g, gBefore);
    h = i32x4.add(h, hBefore);
  }
  v128.store(EIGHT_STATES, a);
  v128.store(EIGHT_STATES, e, 16);
  v128.store(EIGHT_STATES, b, 32);
  v128.store(EIGHT_STATES, f, 48);
  v128.store(EIGHT_STATES, c, 64);
  v128.store(EIGHT_STATES, g, 80);
  v128.store(EIGHT_STATES, d, 96);
  v128.store(EIGHT_STATES, h, 112);
}

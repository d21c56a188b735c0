// The blocks of four streams, turned so that a vector has the word of one number from each of them.

import { BLOCK_SIZE_BYTES } from "./constants";

const VECTOR_SIZE_BYTES: usize = 16;

/** What `transposeBlocks` writes. */
export const TRANSPOSED_SIZE_BYTES: usize = 4 * BLOCK_SIZE_BYTES;

/** Writes 16 vectors to `target`, from a block at each of the other addresses, whatever their alignment. */
export function transposeBlocks(
  first: usize,
  second: usize,
  third: usize,
  fourth: usize,
  target: usize,
): void {
  for (let column: usize = 0; column < BLOCK_SIZE_BYTES; column += VECTOR_SIZE_BYTES) {
    transposeWords(first + column, second + column, third + column, fourth + column, target + column * 4);
  }
}

/** Four words of each stream become four vectors of a word from each stream. */
function transposeWords(first: usize, second: usize, third: usize, fourth: usize, target: usize): void {
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

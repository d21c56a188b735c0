// The steps of MD5 on vectors, for four streams alone: they leave half of the processor's units idle, so what shortens the
// chain from one step to the next is worth more instructions.
//
// A step is b + ((early + mixed) <<< shift), and only `mixed` waits for b, the last step's result. The left half of the
// rotation is a multiplication, which may be done before the addition: (early << shift) + (mixed << shift). So the left
// half is at b while the right half, for which the whole sum is needed, is still shifted: a cycle less in every step.

import { wordOfF, wordOfG, wordOfH, wordOfI } from "./constants";
import { addendOf } from "./vector-steps";

/** As the steps in vector-steps.ts. */
export function stepF(a: v128, b: v128, c: v128, d: v128, words: usize, step: i32, shift: i32): v128 {
  const early = i32x4.add(a, addendOf(words, wordOfF(step), step));
  return turn(b, early, v128.xor(d, v128.and(b, v128.xor(c, d))), shift);
}

/** c & ~d is c ^ (c & d) here: V8 makes `andnot` an instruction for floating-point numbers (see `stepI` for eight). */
export function stepG(a: v128, b: v128, c: v128, d: v128, words: usize, step: i32, shift: i32): v128 {
  const rightOfG = v128.xor(c, v128.and(c, d));
  const early = i32x4.add(i32x4.add(a, rightOfG), addendOf(words, wordOfG(step), step));
  return turn(b, early, v128.and(b, d), shift);
}

export function stepH(a: v128, b: v128, c: v128, d: v128, words: usize, step: i32, shift: i32): v128 {
  const early = i32x4.add(a, addendOf(words, wordOfH(step), step));
  return turn(b, early, v128.xor(b, v128.xor(c, d)), shift);
}

/** I is −1 − ((c ^ d) ^ (b & d)), and the −1 is in the addends. */
export function stepI(a: v128, b: v128, c: v128, d: v128, words: usize, step: i32, shift: i32): v128 {
  const early = i32x4.add(a, addendOf(words, wordOfI(step), step));
  const mixed = v128.xor(v128.xor(c, d), v128.and(b, d));
  const left = i32x4.sub(i32x4.add(b, i32x4.shl(early, shift)), i32x4.shl(mixed, shift));
  return i32x4.add(left, i32x4.shr_u(i32x4.sub(early, mixed), 32 - shift));
}

function turn(b: v128, early: v128, mixed: v128, shift: i32): v128 {
  const left = i32x4.add(i32x4.add(b, i32x4.shl(early, shift)), i32x4.shl(mixed, shift));
  return i32x4.add(left, i32x4.shr_u(i32x4.add(early, mixed), 32 - shift));
}

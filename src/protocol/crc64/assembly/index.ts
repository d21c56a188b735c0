// What the host sees of the kernel. It writes bytes into the memory and calls; registers are the inverted values of
// CRC-64/XZ. The message starts with the register of what came before XORed into its first eight bytes, which is
// what a CRC register is, so both ways take a register instead of a special first byte. Names are short, for a page
// loads them.

import { finishFold, foldPiece, STATE_SIZE_BYTES, startFold } from "./sparse-fold";
import { buildTables, tableCrc } from "./table-crc";

/** For the bytes that lie elsewhere: as many as four turns of the ring, which are folded together. */
export const windowSize: usize = 4 * 32767;
export const window: usize = memory.data(4 * 32767, 64);

/** States of folds lie behind all that the kernel has for itself; a fold is known by its number among them. */
const STATES: usize = __heap_base;

/** The register after the `sizeBytes` bytes at `at`, by tables. */
export function crc(register: u64, at: usize, sizeBytes: usize): u64 {
  return tableCrc(register, at, sizeBytes);
}

export function start(fold: usize, register: u64): void {
  startFold(STATES + fold * STATE_SIZE_BYTES, register);
}

export function fold(fold: usize, at: usize, sizeBytes: usize): void {
  foldPiece(STATES + fold * STATE_SIZE_BYTES, at, sizeBytes);
}

export function finish(fold: usize): u64 {
  return finishFold(STATES + fold * STATE_SIZE_BYTES);
}

buildTables();

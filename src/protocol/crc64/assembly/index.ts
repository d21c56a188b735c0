// What the host sees of the kernel. It writes bytes into the window and calls; registers are the inverted values of
// CRC-64/XZ. The message starts with the register of what came before XORed into its first eight bytes, which is
// what a CRC register is, so both ways take a register instead of a special first byte.

import { clearFold, finishFold, foldWindow, WINDOW, WINDOW_SIZE_BYTES } from "./sparse-fold";
import { buildTables, tableCrc } from "./table-crc";

export const windowAddress: usize = WINDOW;
export const windowSizeBytes: usize = WINDOW_SIZE_BYTES;

/** The register after the first `sizeBytes` bytes of the window: by tables, for short messages. */
export function crcOfWindow(register: u64, sizeBytes: usize): u64 {
  return tableCrc(register, WINDOW, sizeBytes);
}

/** Starts a message of at least eight bytes, the first of which lie in the window already. */
export function startFold(register: u64): void {
  clearFold();
  store<u64>(WINDOW, load<u64>(WINDOW) ^ register);
}

export { finishFold, foldWindow };

buildTables();

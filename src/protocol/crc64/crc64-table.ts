// CRC-64/XZ by one table, a byte at a time: the definition that the WebAssembly kernel is checked against, and what
// runs where there is no WebAssembly with SIMD, or where a page's content security policy forbids it.

import { CRC64_POLYNOMIAL, joinRegister, splitRegister } from "./crc64-register.ts";

const tableHigh = new Int32Array(256);
const tableLow = new Int32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let high = 0;
  let low = byte;
  for (let bit = 0; bit < 8; bit++) {
    const mask = -(low & 1);
    low = ((low >>> 1) | (high << 31)) ^ (CRC64_POLYNOMIAL.low & mask);
    high = (high >>> 1) ^ (CRC64_POLYNOMIAL.high & mask);
  }
  tableHigh[byte] = high;
  tableLow[byte] = low;
}

/**
 * CRC-64/XZ of what has the value `previous`, followed by `bytes`.
 *
 * @param previous  0 … CRC64_MAX; 0n when nothing came before
 */
export function crc64Table(bytes: Uint8Array, previous = 0n): bigint {
  let { high, low } = splitRegister(previous);
  high = ~high;
  low = ~low;
  for (let at = 0; at < bytes.length; at++) {
    const entry = (low ^ (bytes[at] as number)) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (tableLow[entry] as number);
    high = (high >>> 8) ^ (tableHigh[entry] as number);
  }
  return joinRegister({ high: ~high, low: ~low });
}

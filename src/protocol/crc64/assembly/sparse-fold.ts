// CRC-64/XZ of long inputs without a table and without a carry-less multiplication: the body is only XORed.
//
// A CRC is the remainder of the message, read as a polynomial over GF(2), modulo a polynomial P. Any multiple of a
// polynomial may be used to shorten the message first, and a multiple with few terms costs few XORs. The ECMA-182
// polynomial has factors with very good multiples, because it is not irreducible:
//
//   P = L · B,   L = (x + 1)² · (three irreducible factors of degree 15), degree 47,   B irreducible, degree 17.
//
// Write y for x^8, so that a power of y is a distance in whole bytes. The first byte has the highest power.
//
// Modulo L. An irreducible factor of degree 15 divides x^32767 − 1, because 32767 = 2^15 − 1, and (x + 1)² divides
//   x^2 − 1. Hence L divides x^65534 − 1, and also y^32767 − 1, which is x^(4·65534) − 1: two bytes that are 32,767
//   apart have the same weight. The whole message is XORed onto a ring of 32,767 bytes, one XOR for each byte. At
//   the end the ring, which holds four turns of 65,534 bits, is XORed once more onto 65,534 bits.
//
// Modulo B. Among the multiples of B is the trinomial t(y) = 1 + y^183 + y^857. (There are only 2^17 − 1 powers of
//   y modulo B, so two of them that differ by 1 turn up early.) Squaring over GF(2) just doubles the exponents, so
//   B divides T = t(y)^16 = 1 + y^2928 + y^13712 as well, whose distances are multiples of 16 bytes and keep every
//   SIMD access aligned. Dividing by T is a recurrence with two taps:
//
//     quotient[i] = message[i] ^ quotient[i − 10784] ^ quotient[i − 13712],   where 10784 = 13712 − 2928.
//
//   The last 13,712 quotients are all that it has to remember. At the end they give the remainder of 13,712 bytes, and
//   the same two steps with t(y) shorten that to 857 bytes.
//
// Together. What is left is 8,192 bytes that are right modulo L and 857 bytes that are right modulo B. Both go
//   through the table CRC, and the Chinese remainder theorem joins them: with U ≡ 1 (mod L), U ≡ 0 (mod B) and
//   V ≡ 0 (mod L), V ≡ 1 (mod B), the remainder modulo P is left · U + right · V. Both are constants of P, and
//   test/protocol/crc64.test.ts checks them against these congruences.
//
// What a fold remembers is 48 KiB: the ring and the quotients. The message is only read, so it can lie anywhere in the
// memory and come in pieces of any size, and many folds can go on at a time.

import { multiply } from "./multiply";
import { divide, QUOTIENTS_SIZE_BYTES, remainderModuloB, startQuotients } from "./quotients";
import { foldOntoRing, remainderModuloL } from "./ring";

/** Of a fold's state: two positions, then the ring, then the quotients. */
const RING_OFFSET: usize = 64;
const QUOTIENTS_OFFSET: usize = RING_OFFSET + 32768;
export const STATE_SIZE_BYTES: usize = QUOTIENTS_OFFSET + QUOTIENTS_SIZE_BYTES;

/** U, reflected. */
const JOIN_MODULO_L: u64 = 0xa73d4cfdddf51087;
/** V · y^−(13712 + 857), reflected, because each of the two divisions multiplies by its highest power. */
const JOIN_MODULO_B: u64 = 0x384dc2a860d55347;

/** Starts a message, of at least eight bytes, behind another that has left `register`. */
export function startFold(state: usize, register: u64): void {
  memory.fill(state, 0, STATE_SIZE_BYTES);
  // The register belongs XORed into the first eight bytes, wherever these go.
  store<u64>(state + RING_OFFSET, register);
  startQuotients(state + QUOTIENTS_OFFSET, register);
}

/** Takes in the next `sizeBytes` bytes of the message, which lie at `start`. */
export function foldPiece(state: usize, start: usize, sizeBytes: usize): void {
  store<u32>(state, <u32>foldOntoRing(state + RING_OFFSET, load<u32>(state), start, sizeBytes));
  store<u32>(state, <u32>divide(state + QUOTIENTS_OFFSET, load<u32>(state, 4), start, sizeBytes), 4);
}

/** The register after the message. The state is of no use any more; both work areas are overwritten. */
export function finishFold(state: usize): u64 {
  const left = remainderModuloL(state + RING_OFFSET, load<u32>(state));
  const right = remainderModuloB(state + QUOTIENTS_OFFSET, load<u32>(state, 4));
  return multiply(left, JOIN_MODULO_L) ^ multiply(right, JOIN_MODULO_B);
}

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
//   It runs in place over the window, and the last 13,712 quotients are all that it has to remember. At the end
//   they give the remainder of 13,712 bytes, and the same two steps with t(y) shorten that to 857 bytes.
//
// Together. What is left is 8,192 bytes that are right modulo L and 857 bytes that are right modulo B. Both go
//   through the table CRC, and the Chinese remainder theorem joins them: with U ≡ 1 (mod L), U ≡ 0 (mod B) and
//   V ≡ 0 (mod L), V ≡ 1 (mod B), the remainder modulo P is left · U + right · V. Both are constants of P, and
//   test/protocol/crc64.test.ts checks them against these congruences.

import { multiply } from "./multiply";
import { tableCrc } from "./table-crc";

const VECTOR_SIZE_BYTES: usize = 16;
/** The division takes four vectors at a time. */
const TURN_SIZE_BYTES: usize = 64;

const RING_SIZE_BYTES: usize = 32767;
/** One byte more than the ring, so that whole vectors cover it. The last byte collects what nobody reads. */
const RING: usize = memory.data(<i32>(RING_SIZE_BYTES + 1), 16);

/** Four turns of the ring, so that each window but the last starts and ends at the ring's first byte. */
export const WINDOW_SIZE_BYTES: usize = 4 * RING_SIZE_BYTES;

const NEAR_TAP_BYTES: usize = 10784;
const FAR_TAP_BYTES: usize = 13712;
const SHORT_NEAR_TAP_BYTES: usize = 674;
const SHORT_FAR_TAP_BYTES: usize = 857;

/**
 * Zeros in front of the carry that nobody overwrites, as far as the short taps reach, and as many more as let the
 * window start on a cache line: inputs of 8 MiB are up to a tenth faster then.
 */
const MARGIN_SIZE_BYTES: usize = 880;
const MARGIN: usize = memory.data(
  <i32>(MARGIN_SIZE_BYTES + FAR_TAP_BYTES + WINDOW_SIZE_BYTES + TURN_SIZE_BYTES),
  64,
);
/** The last 13,712 quotients lie in front of the window, where the taps of its first bytes look for them. */
const CARRY: usize = MARGIN + MARGIN_SIZE_BYTES;

/** Where the caller writes the next bytes. Folding overwrites them. */
export const WINDOW: usize = CARRY + FAR_TAP_BYTES;

/** U, reflected. */
const JOIN_MODULO_L: u64 = 0xa73d4cfdddf51087;
/** V · y^−(13712 + 857), reflected, because each of the two divisions multiplies by its highest power. */
const JOIN_MODULO_B: u64 = 0x384dc2a860d55347;

/** Forgets the message before. */
export function clearFold(): void {
  memory.fill(RING, 0, RING_SIZE_BYTES);
  memory.fill(CARRY, 0, FAR_TAP_BYTES);
}

/** Takes in the first `sizeBytes` of the window. Every window of a message but the last must be full. */
export function foldWindow(sizeBytes: usize): void {
  if (sizeBytes === WINDOW_SIZE_BYTES) {
    foldFourTurnsOntoRing();
  } else {
    foldOntoRing(sizeBytes);
  }
  divideByTrinomial(WINDOW, sizeBytes, NEAR_TAP_BYTES, FAR_TAP_BYTES);
  copyVectors(CARRY, WINDOW + sizeBytes - FAR_TAP_BYTES, FAR_TAP_BYTES);
}

/** The register after the message, whose last window held `lastSizeBytes`. The window serves as working space. */
export function finishFold(lastSizeBytes: usize): u64 {
  const left = remainderModuloL(lastSizeBytes % RING_SIZE_BYTES);
  const right = remainderModuloB();
  return multiply(left, JOIN_MODULO_L) ^ multiply(right, JOIN_MODULO_B);
}

function foldFourTurnsOntoRing(): void {
  for (let offset: usize = 0; offset < RING_SIZE_BYTES; offset += VECTOR_SIZE_BYTES) {
    const at = WINDOW + offset;
    const firstTwo = v128.xor(v128.load(at), v128.load(at, 32767));
    const lastTwo = v128.xor(v128.load(at, 65534), v128.load(at, 98301));
    const slot = RING + offset;
    v128.store(slot, v128.xor(v128.load(slot), v128.xor(firstTwo, lastTwo)));
  }
}

function foldOntoRing(sizeBytes: usize): void {
  // Whole vectors overrun the content, and zeros do no harm there.
  memory.fill(WINDOW + sizeBytes, 0, VECTOR_SIZE_BYTES);
  for (let turn: usize = 0; turn < sizeBytes; turn += RING_SIZE_BYTES) {
    const turnSizeBytes = min(RING_SIZE_BYTES, sizeBytes - turn);
    for (let offset: usize = 0; offset < turnSizeBytes; offset += VECTOR_SIZE_BYTES) {
      const slot = RING + offset;
      v128.store(slot, v128.xor(v128.load(slot), v128.load(WINDOW + turn + offset)));
    }
  }
}

/**
 * Replaces the bytes at `start` by their quotients; the quotients before them lie in front of `start`.
 *
 * Four vectors at a time, so it overruns by up to 63 bytes. No tap is nearer than that.
 */
function divideByTrinomial(start: usize, sizeBytes: usize, nearTapBytes: usize, farTapBytes: usize): void {
  const end = start + sizeBytes;
  for (let at = start; at < end; at += TURN_SIZE_BYTES) {
    const near = at - nearTapBytes;
    const far = at - farTapBytes;
    const first = v128.xor(v128.load(at), v128.xor(v128.load(near), v128.load(far)));
    const second = v128.xor(v128.load(at, 16), v128.xor(v128.load(near, 16), v128.load(far, 16)));
    const third = v128.xor(v128.load(at, 32), v128.xor(v128.load(near, 32), v128.load(far, 32)));
    const fourth = v128.xor(v128.load(at, 48), v128.xor(v128.load(near, 48), v128.load(far, 48)));
    v128.store(at, first);
    v128.store(at, second, 16);
    v128.store(at, third, 32);
    v128.store(at, fourth, 48);
  }
}

/**
 * The ring as a message: its oldest byte, at `oldestSlot`, comes first.
 *
 * Of its 262,136 bits every 65,534th has the same weight. The shortened message gets two zero bits in front, which
 * makes 8,192 whole bytes. Its bit n is the XOR of the bits n − 2, n + 65532, n + 131066 and n + 196600 of the ring:
 * the same byte distances for all n, with 6, 4, 2 and 0 bits to shift.
 */
function remainderModuloL(oldestSlot: usize): u64 {
  const shortSizeBytes: usize = 8192;
  const short = WINDOW;
  const unrolled = WINDOW + shortSizeBytes + VECTOR_SIZE_BYTES;
  memory.fill(unrolled - VECTOR_SIZE_BYTES, 0, VECTOR_SIZE_BYTES);
  copyVectors(unrolled, RING + oldestSlot, RING_SIZE_BYTES - oldestSlot);
  copyVectors(unrolled + RING_SIZE_BYTES - oldestSlot, RING, oldestSlot);

  for (let offset: usize = 0; offset < shortSizeBytes; offset += VECTOR_SIZE_BYTES) {
    const at = unrolled + offset;
    const firstTwo = v128.xor(loadFromBit(at - 1, 6), loadFromBit(at + 8191, 4));
    const lastTwo = v128.xor(loadFromBit(at + 16383, 2), v128.load(at, 24575));
    v128.store(short + offset, v128.xor(firstTwo, lastTwo));
  }
  // Only the first of the four turns has zeros in front; the two foreign bits of the others go.
  store<u8>(short, load<u8>(short) & 0xfc);
  return tableCrc(0, short, shortSizeBytes);
}

/** The 128 bits that start `bit` bits (1 … 7) after the byte at `at`. */
function loadFromBit(at: usize, bit: i32): v128 {
  return v128.or(i64x2.shr_u(v128.load(at), bit), i64x2.shl(v128.load(at, 8), 64 - bit));
}

/** The message times y^(13712 + 857), modulo B. The carry is used up. */
function remainderModuloB(): u64 {
  takeRemainder(CARRY, NEAR_TAP_BYTES, FAR_TAP_BYTES);
  divideByTrinomial(CARRY, FAR_TAP_BYTES, SHORT_NEAR_TAP_BYTES, SHORT_FAR_TAP_BYTES);
  const short = CARRY + FAR_TAP_BYTES - SHORT_FAR_TAP_BYTES;
  takeRemainder(short, SHORT_NEAR_TAP_BYTES, SHORT_FAR_TAP_BYTES);
  return tableCrc(0, short, SHORT_FAR_TAP_BYTES);
}

/**
 * Replaces the last `farTapBytes` quotients by the remainder: what the taps of as many further zero bytes would find.
 * The far tap finds all of them, the near tap only those that come before the first further byte's own quotient.
 */
function takeRemainder(lastQuotients: usize, nearTapBytes: usize, farTapBytes: usize): void {
  // The last vector may pass the end, and zeros do no harm there.
  memory.fill(lastQuotients + farTapBytes, 0, VECTOR_SIZE_BYTES);
  const distance = farTapBytes - nearTapBytes;
  const end = lastQuotients + nearTapBytes;
  for (let at = lastQuotients; at < end; at += VECTOR_SIZE_BYTES) {
    v128.store(at, v128.xor(v128.load(at), v128.load(at + distance)));
  }
}

/**
 * Copies upwards in whole vectors, up to 15 bytes more than asked. The target may overlap a source behind it.
 * The engine's memory.copy instead nearly doubled the time of a whole window (measured in Node on Zen 4).
 */
function copyVectors(target: usize, source: usize, sizeBytes: usize): void {
  for (let offset: usize = 0; offset < sizeBytes; offset += VECTOR_SIZE_BYTES) {
    v128.store(target + offset, v128.load(source + offset));
  }
}

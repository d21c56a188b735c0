// The message modulo L: XORed onto a ring of bytes, of which those in the same place have the same weight.

import { tableCrc } from "./table-crc";
import { copyVectors, VECTOR_SIZE_BYTES } from "./vectors";

export const RING_SIZE_BYTES: usize = 32767;
const FOUR_TURNS_SIZE_BYTES: usize = 4 * RING_SIZE_BYTES;
const SHORT_SIZE_BYTES: usize = 8192;

/** Where a ring is shortened: what it becomes, then what it was, with a vector's margin before each and behind. */
const SHORT: usize = memory.data(8192 + 16 + 32768 + 32, 64);
const UNROLLED: usize = SHORT + SHORT_SIZE_BYTES + VECTOR_SIZE_BYTES;

/**
 * XORs the bytes at `start` onto the ring, the first onto its byte `slot`.
 *
 * @returns the slot of the byte that will follow
 */
export function foldOntoRing(ring: usize, slot: usize, start: usize, sizeBytes: usize): usize {
  const end = start + sizeBytes;
  let at = start;
  // A store for four turns, not for each.
  for (; end - at >= FOUR_TURNS_SIZE_BYTES; at += FOUR_TURNS_SIZE_BYTES) {
    xorFourTurns(ring + slot, at, RING_SIZE_BYTES - slot);
    xorFourTurns(ring, at + RING_SIZE_BYTES - slot, slot);
  }
  let next = slot;
  while (at < end) {
    const untilEndOfRing = min(RING_SIZE_BYTES - next, end - at);
    xorBytes(ring + next, at, untilEndOfRing);
    at += untilEndOfRing;
    next += untilEndOfRing;
    if (next === RING_SIZE_BYTES) next = 0;
  }
  return next;
}

/** The bytes at `start` and at the same places of the three turns behind it. */
function xorFourTurns(target: usize, start: usize, sizeBytes: usize): void {
  let offset: usize = 0;
  for (; offset + VECTOR_SIZE_BYTES <= sizeBytes; offset += VECTOR_SIZE_BYTES) {
    const at = start + offset;
    const firstTwo = v128.xor(v128.load(at), v128.load(at, 32767));
    const lastTwo = v128.xor(v128.load(at, 65534), v128.load(at, 98301));
    const slot = target + offset;
    v128.store(slot, v128.xor(v128.load(slot), v128.xor(firstTwo, lastTwo)));
  }
  for (; offset < sizeBytes; offset++) {
    const at = start + offset;
    const sum = load<u8>(at) ^ load<u8>(at, 32767) ^ load<u8>(at, 65534) ^ load<u8>(at, 98301);
    store<u8>(target + offset, load<u8>(target + offset) ^ sum);
  }
}

function xorBytes(target: usize, start: usize, sizeBytes: usize): void {
  let offset: usize = 0;
  for (; offset + VECTOR_SIZE_BYTES <= sizeBytes; offset += VECTOR_SIZE_BYTES) {
    const slot = target + offset;
    v128.store(slot, v128.xor(v128.load(slot), v128.load(start + offset)));
  }
  for (; offset < sizeBytes; offset++) {
    store<u8>(target + offset, load<u8>(target + offset) ^ load<u8>(start + offset));
  }
}

/**
 * The ring as a message: its oldest byte, at `oldestSlot`, comes first.
 *
 * Of its 262,136 bits every 65,534th has the same weight. The shortened message gets two zero bits in front, which
 * makes 8,192 whole bytes. Its bit n is the XOR of the bits n − 2, n + 65532, n + 131066 and n + 196600 of the ring:
 * the same byte distances for all n, with 6, 4, 2 and 0 bits to shift.
 */
export function remainderModuloL(ring: usize, oldestSlot: usize): u64 {
  memory.fill(UNROLLED - VECTOR_SIZE_BYTES, 0, VECTOR_SIZE_BYTES);
  copyVectors(UNROLLED, ring + oldestSlot, RING_SIZE_BYTES - oldestSlot);
  copyVectors(UNROLLED + RING_SIZE_BYTES - oldestSlot, ring, oldestSlot);

  for (let offset: usize = 0; offset < SHORT_SIZE_BYTES; offset += VECTOR_SIZE_BYTES) {
    const at = UNROLLED + offset;
    const firstTwo = v128.xor(loadFromBit(at - 1, 6), loadFromBit(at + 8191, 4));
    const lastTwo = v128.xor(loadFromBit(at + 16383, 2), v128.load(at, 24575));
    v128.store(SHORT + offset, v128.xor(firstTwo, lastTwo));
  }
  // Only the first of the four turns has zeros in front; the two foreign bits of the others go.
  store<u8>(SHORT, load<u8>(SHORT) & 0xfc);
  return tableCrc(0, SHORT, SHORT_SIZE_BYTES);
}

/** The 128 bits that start `bit` bits (1 … 7) after the byte at `at`. */
function loadFromBit(at: usize, bit: i32): v128 {
  return v128.or(i64x2.shr_u(v128.load(at), bit), i64x2.shl(v128.load(at, 8), 64 - bit));
}

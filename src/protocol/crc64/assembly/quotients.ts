// The message modulo B: divided by a trinomial, of which B is a factor. Each quotient is made of a byte of the message and
// of two quotients before it. The last of them are kept in a circle, in which the one that follows the last takes the
// place of one that no tap reaches any more.

import { tableCrc } from "./table-crc";
import { copyVectors, VECTOR_SIZE_BYTES } from "./vectors";

/** Of the circle: a power of two, and more than the far tap reaches back. */
export const QUOTIENTS_SIZE_BYTES: usize = 16384;
const PLACE_MASK: usize = QUOTIENTS_SIZE_BYTES - 1;

const NEAR_TAP_BYTES: usize = 10784;
const FAR_TAP_BYTES: usize = 13712;
const SHORT_NEAR_TAP_BYTES: usize = 674;
const SHORT_FAR_TAP_BYTES: usize = 857;

/** The division takes four vectors at a time. */
const TURN_SIZE_BYTES: usize = 64;

/** Zeros in front of the carry that nobody overwrites, as far as the short taps reach. */
const MARGIN_SIZE_BYTES: usize = 896;
const CARRY: usize = memory.data(896 + 13712 + 64, 64) + MARGIN_SIZE_BYTES;

/** Of a circle of zeros. The far tap of the first eight bytes is the first to find the register. */
export function startQuotients(circle: usize, register: u64): void {
  store<u64>(circle + QUOTIENTS_SIZE_BYTES - FAR_TAP_BYTES, register);
}

/**
 * The quotients of the bytes at `start`; the first goes to `place` of the circle.
 *
 * @returns the place of the quotient that will follow
 */
export function divide(circle: usize, place: usize, start: usize, sizeBytes: usize): usize {
  const end = start + sizeBytes;
  let at = start;
  let next = place;
  for (; at < end && (next & (VECTOR_SIZE_BYTES - 1)) !== 0; at++) next = divideByte(circle, next, at);
  while (end - at >= VECTOR_SIZE_BYTES) {
    const near = (next - NEAR_TAP_BYTES) & PLACE_MASK;
    const far = (next - FAR_TAP_BYTES) & PLACE_MASK;
    // Until one of the three comes to the circle's end.
    const run = min(end - at, QUOTIENTS_SIZE_BYTES - max(next, max(near, far))) & ~(VECTOR_SIZE_BYTES - 1);
    divideRun(circle + next, circle + near, circle + far, at, run);
    at += run;
    next = (next + run) & PLACE_MASK;
  }
  for (; at < end; at++) next = divideByte(circle, next, at);
  return next;
}

function divideByte(circle: usize, place: usize, at: usize): usize {
  const near = load<u8>(circle + ((place - NEAR_TAP_BYTES) & PLACE_MASK));
  const far = load<u8>(circle + ((place - FAR_TAP_BYTES) & PLACE_MASK));
  store<u8>(circle + place, load<u8>(at) ^ near ^ far);
  return (place + 1) & PLACE_MASK;
}

/** Whole vectors. */
function divideRun(to: usize, nearTap: usize, farTap: usize, start: usize, sizeBytes: usize): void {
  let offset: usize = 0;
  for (; offset + TURN_SIZE_BYTES <= sizeBytes; offset += TURN_SIZE_BYTES) {
    const at = start + offset;
    const near = nearTap + offset;
    const far = farTap + offset;
    const target = to + offset;
    const first = v128.xor(v128.load(at), v128.xor(v128.load(near), v128.load(far)));
    const second = v128.xor(v128.load(at, 16), v128.xor(v128.load(near, 16), v128.load(far, 16)));
    const third = v128.xor(v128.load(at, 32), v128.xor(v128.load(near, 32), v128.load(far, 32)));
    const fourth = v128.xor(v128.load(at, 48), v128.xor(v128.load(near, 48), v128.load(far, 48)));
    v128.store(target, first);
    v128.store(target, second, 16);
    v128.store(target, third, 32);
    v128.store(target, fourth, 48);
  }
  for (; offset < sizeBytes; offset += VECTOR_SIZE_BYTES) {
    const taps = v128.xor(v128.load(nearTap + offset), v128.load(farTap + offset));
    v128.store(to + offset, v128.xor(v128.load(start + offset), taps));
  }
}

/** The message times y^(13712 + 857), modulo B. `place` is that of the next quotient. */
export function remainderModuloB(circle: usize, place: usize): u64 {
  const oldest = (place - FAR_TAP_BYTES) & PLACE_MASK;
  const untilEndOfCircle = min(FAR_TAP_BYTES, QUOTIENTS_SIZE_BYTES - oldest);
  copyVectors(CARRY, circle + oldest, untilEndOfCircle);
  copyVectors(CARRY + untilEndOfCircle, circle, FAR_TAP_BYTES - untilEndOfCircle);

  takeRemainder(CARRY, NEAR_TAP_BYTES, FAR_TAP_BYTES);
  divideRun(CARRY, CARRY - SHORT_NEAR_TAP_BYTES, CARRY - SHORT_FAR_TAP_BYTES, CARRY, FAR_TAP_BYTES);
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

// The CRC of a whole from the CRCs of its parts, without the bytes. The whole is first · x^(8 · size of second) +
// second, as polynomials modulo P; the inversions at both ends of CRC-64/XZ cancel out.

import {
  CRC64_MAX,
  CRC64_POLYNOMIAL,
  type Crc64Register,
  joinRegister,
  splitRegister,
} from "./crc64-register.ts";

/** 1 = x^0. */
const ONE: Crc64Register = { high: 1 << 31, low: 0 };
/** x^8, one byte further. */
const ONE_BYTE: Crc64Register = { high: 1 << 23, low: 0 };

/** Largest size: 64 squarings. Far above the 48.8 TB of an object. */
const SIZE_MAX_BYTES = 0xffff_ffff_ffff_ffffn;

/** An upload has parts of one size and a shorter last one, so this is enough for some uploads side by side. */
const CACHED_POWER_COUNT_MAX = 64;
const cachedPowers = new Map<bigint, Crc64Register>();

/** x^(8 · 2^i), as far as needed until now; at most 64. */
const squares: Crc64Register[] = [ONE_BYTE];

/**
 * The CRC-64/XZ of two pieces of which `first` and `second` are the CRCs.
 *
 * Cheap when the size was seen lately: 0.2 to 0.4 µs, against some 8 µs for a new one.
 *
 * @param first            0 … CRC64_MAX
 * @param second           0 … CRC64_MAX
 * @param secondSizeBytes  the second piece's size, an integer, 0 … 2^64 − 1
 * @throws {RangeError} if an argument is outside its range
 */
export function combineCrc64(first: bigint, second: bigint, secondSizeBytes: number | bigint): bigint {
  assertCrc64(first);
  assertCrc64(second);
  if (typeof secondSizeBytes === "number" && !Number.isSafeInteger(secondSizeBytes)) {
    throw new RangeError(`size ${secondSizeBytes} is not a safe integer`);
  }
  const sizeBytes = BigInt(secondSizeBytes);
  if (sizeBytes < 0n || sizeBytes > SIZE_MAX_BYTES)
    throw new RangeError(`size ${sizeBytes} is not within 64 bits`);
  if (sizeBytes === 0n) return first;
  return joinRegister(multiply(splitRegister(first), powerFor(sizeBytes))) ^ second;
}

function assertCrc64(value: bigint): void {
  if (value < 0n || value > CRC64_MAX) throw new RangeError(`CRC-64 ${value} is not within 64 bits`);
}

function powerFor(sizeBytes: bigint): Crc64Register {
  const cached = cachedPowers.get(sizeBytes);
  if (cached !== undefined) return cached;
  const power = computePower(sizeBytes);
  if (cachedPowers.size >= CACHED_POWER_COUNT_MAX) {
    // A Map is in order of insertion, so the first is the oldest.
    const [oldest] = cachedPowers.keys();
    if (oldest !== undefined) cachedPowers.delete(oldest);
  }
  cachedPowers.set(sizeBytes, power);
  return power;
}

/** x^(8 · sizeBytes) modulo P, by the binary digits of the size. */
function computePower(sizeBytes: bigint): Crc64Register {
  let power = ONE;
  let digits = sizeBytes;
  for (let index = 0; digits > 0n; index++, digits >>= 1n) {
    if ((digits & 1n) === 1n) power = multiply(power, squareAt(index));
  }
  return power;
}

function squareAt(index: number): Crc64Register {
  const known = squares[index];
  if (known !== undefined) return known;
  const root = squareAt(index - 1);
  const square = multiply(root, root);
  squares[index] = square;
  return square;
}

/** The product modulo P. Bit 63 of the first factor is its x^0, so the second is taken times x after each bit. */
function multiply(first: Crc64Register, second: Crc64Register): Crc64Register {
  let { high, low } = second;
  let productHigh = 0;
  let productLow = 0;
  for (let bit = 63; bit >= 0; bit--) {
    // A shift takes its distance modulo 32.
    const take = -(((bit >= 32 ? first.high : first.low) >>> bit) & 1);
    productHigh ^= high & take;
    productLow ^= low & take;
    const reduce = -(low & 1);
    low = ((low >>> 1) | (high << 31)) ^ (CRC64_POLYNOMIAL.low & reduce);
    high = (high >>> 1) ^ (CRC64_POLYNOMIAL.high & reduce);
  }
  return { high: productHigh, low: productLow };
}

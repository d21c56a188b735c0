// CRC-64/XZ from its definition, one byte at a time, with nothing in common with the kernel under test.

const POLYNOMIAL_LOW = 0xd7870f42;
const POLYNOMIAL_HIGH = 0xc96c5795;
const table = Array.from({ length: 256 }, (_, byte) => rowOf(byte));

/** The CRC-64/XZ of all the bytes. */
export function plainCrc64(bytes: Uint8Array): bigint {
  let low = 0xffffffff;
  let high = 0xffffffff;
  for (const byte of bytes) {
    const row = table[(low ^ byte) & 0xff] ?? [0, 0];
    low = ((low >>> 8) | (high << 24)) ^ row[0];
    high = (high >>> 8) ^ row[1];
  }
  return (BigInt(~high >>> 0) << 32n) | BigInt(~low >>> 0);
}

function rowOf(byte: number): readonly [low: number, high: number] {
  let low = byte;
  let high = 0;
  for (let bit = 0; bit < 8; bit += 1) {
    const isOdd = (low & 1) === 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (isOdd) {
      low ^= POLYNOMIAL_LOW;
      high ^= POLYNOMIAL_HIGH;
    }
  }
  return [low, high];
}

// The register of CRC-64/XZ as two 32-bit halves. A step on a bigint allocates; a step on two numbers is a few
// machine instructions. The form is reflected: bit 63 is the coefficient of x^0, bit 0 that of x^63.

export interface Crc64Register {
  /** Bits 63 … 32, as a signed or unsigned 32-bit integer. */
  readonly high: number;
  /** Bits 31 … 0, likewise. */
  readonly low: number;
}

/** The largest value of a CRC-64. */
export const CRC64_MAX = 0xffff_ffff_ffff_ffffn;

/** The ECMA-182 polynomial without its leading term. */
export const CRC64_POLYNOMIAL: Crc64Register = { high: 0xc96c5795, low: 0xd7870f42 };

const scratch = new DataView(new ArrayBuffer(8));

/** The two halves of `value`, 0 … CRC64_MAX. */
export function splitRegister(value: bigint): Crc64Register {
  scratch.setBigUint64(0, value);
  return { high: scratch.getInt32(0), low: scratch.getInt32(4) };
}

/** The value 0 … CRC64_MAX of two halves. */
export function joinRegister({ high, low }: Crc64Register): bigint {
  scratch.setInt32(0, high);
  scratch.setInt32(4, low);
  return scratch.getBigUint64(0);
}

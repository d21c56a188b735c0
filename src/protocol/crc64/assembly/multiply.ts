// Arithmetic modulo P, the ECMA-182 polynomial of degree 64, on the reflected form in which CRC-64/XZ keeps its
// register: bit 63 is the coefficient of x^0, bit 0 that of x^63.

/** P without its leading term, reflected. */
export const POLYNOMIAL: u64 = 0xc96c5795d7870f42;

/** The product of two polynomials modulo P. One turn for each bit: for a few uses in a call, not for every byte. */
export function multiply(first: u64, second: u64): u64 {
  let product: u64 = 0;
  let shifted = second;
  for (let bit = 63; bit >= 0; bit--) {
    product ^= shifted & (0 - ((first >> bit) & 1));
    shifted = (shifted >> 1) ^ (POLYNOMIAL & (0 - (shifted & 1)));
  }
  return product;
}

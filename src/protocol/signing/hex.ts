// Bytes as hexadecimal text.

const DIGITS = "0123456789abcdef";

/** Two lower-case digits a byte. */
export function encodeHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    text += DIGITS.charAt(byte >> 4) + DIGITS.charAt(byte & 15);
  }
  return text;
}

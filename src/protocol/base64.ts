// Base64 (RFC 4648, section 4, with padding). This layer knows neither Buffer nor btoa: one is Node's, the other
// speaks Latin-1.

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const SEXTETS: ReadonlyMap<string, number> = new Map([...ALPHABET].map((letter, sextet) => [letter, sextet]));

/** The Base64 text of `bytes`, in groups of four with `=` at the end. */
export function encodeBase64(bytes: Uint8Array): string {
  const groups: string[] = [];
  for (let offset = 0; offset < bytes.length; offset += 3) {
    const [first = 0, second, third] = bytes.subarray(offset, offset + 3);
    groups.push(
      letterOf(first >> 2),
      letterOf(((first & 0b11) << 4) | ((second ?? 0) >> 4)),
      second === undefined ? "=" : letterOf(((second & 0b1111) << 2) | ((third ?? 0) >> 6)),
      third === undefined ? "=" : letterOf(third & 0b111111),
    );
  }
  return groups.join("");
}

/**
 * The bytes that `text` encodes.
 *
 * @returns undefined when `text` is not what `encodeBase64` writes: another alphabet, white space, missing padding,
 *   or bits left over behind the last byte
 */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    return undefined;
  }
  const letters = text.replace(/=+$/, "");
  const bytes = new Uint8Array(Math.floor((letters.length * 3) / 4));
  let bits = 0;
  let bitCount = 0;
  let byteIndex = 0;
  for (const letter of letters) {
    bits = ((bits << 6) | (SEXTETS.get(letter) ?? 0)) & 0xffff;
    bitCount += 6;
    if (bitCount >= 8) {
      bitCount -= 8;
      bytes[byteIndex] = (bits >> bitCount) & 0xff;
      byteIndex += 1;
    }
  }
  const leftOver = bits & ((1 << bitCount) - 1);
  return leftOver === 0 ? bytes : undefined;
}

function letterOf(sextet: number): string {
  return ALPHABET[sextet] ?? "";
}

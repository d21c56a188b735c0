// Base64 (RFC 4648, section 4, with padding), by the platform's own functions, which speak Latin-1: a character a byte.
// They are asked for small things only, such as digests and policies.

/** The Base64 text of `bytes`, in groups of four with `=` at the end. */
export function encodeBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/**
 * The bytes that `text` encodes.
 *
 * @returns undefined when `text` is not what `encodeBase64` writes: another alphabet, white space, missing padding,
 *   or bits left over behind the last byte
 */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const characters = atob(text);
    // It reads more than is written.
    return btoa(characters) === text
      ? Uint8Array.from(characters, (character) => character.charCodeAt(0))
      : undefined;
  } catch {
    return undefined;
  }
}

// A CRC-64 on the wire: an unsigned decimal of up to 20 digits.

/** The value that `text` writes, or undefined when there is none or it is no such number. */
export function parseCrc64(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^\d{1,20}$/.test(text)) {
    return undefined;
  }
  const value = BigInt(text);
  return value < 2n ** 64n ? value : undefined;
}

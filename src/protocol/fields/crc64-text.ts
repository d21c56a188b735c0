// A CRC-64 on the wire: an unsigned decimal of up to 20 digits.
import { invalidArgument } from "../errors/service-error.ts";
import type { Headers } from "../http-message.ts";

/** The value that `text` writes, or undefined when there is none or it is no such number. */
export function parseCrc64(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^\d{1,20}$/.test(text)) {
    return undefined;
  }
  const value = BigInt(text);
  return value < 2n ** 64n ? value : undefined;
}

/**
 * The checksum that a request declares for its body, or undefined. One that nobody can read must not pass for one that
 * was checked.
 *
 * @throws {ServiceError} InvalidArgument
 */
export function declaredCrc64(headers: Headers, name: string): bigint | undefined {
  const text = headers[name];
  const crc64 = parseCrc64(text);
  if (text !== undefined && crc64 === undefined) {
    throw invalidArgument({ name, value: text });
  }
  return crc64;
}

// Keys as the database orders them: by their UTF-8 bytes. No BLOB here is ever empty, for some versions of Node bind an
// empty one as NULL.
import { assertKey } from "../key-order.ts";

const encoder = new TextEncoder();
/** A key may begin with U+FEFF: it is a character like any other. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const FIRST_KEY = Uint8Array.of(0);
/** UTF-8 has no byte 0xff. */
const AFTER_EVERY_KEY = Uint8Array.of(0xff);

/** @throws {TypeError} if `key` is empty or has no UTF-8 form */
export function keyBytes(key: string): Uint8Array {
  assertKey(key);
  return encoder.encode(key);
}

export function keyText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** The first bytes that may follow `key` itself. */
export function bytesAfter(key: string): Uint8Array {
  return Uint8Array.of(...keyBytes(key), 0);
}

/** Where the keys that begin with `prefix` begin. */
export function prefixBytes(prefix: string): Uint8Array {
  return prefix === "" ? FIRST_KEY : keyBytes(prefix);
}

/** Where the keys that begin with `prefix` have ended. The last byte cannot overflow: it is below 0xff. */
export function bytesAfterPrefix(prefix: string): Uint8Array {
  if (prefix === "") {
    return AFTER_EVERY_KEY;
  }
  const bytes = keyBytes(prefix);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) + 1;
  return bytes;
}

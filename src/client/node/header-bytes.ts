// OSS's headers are UTF-8, and Node's are one character a byte: each byte goes as the character of its number.
import type { Headers } from "../../protocol/http-message.ts";

/** Headers as Node sends them. */
export function encodeHeaders(headers: Headers): Record<string, string> {
  return mapValues(headers, (value) =>
    isAscii(value) ? value : Buffer.from(value, "utf8").toString("latin1"),
  );
}

/** Headers from what Node received. */
export function decodeHeaders(headers: Headers): Record<string, string> {
  return mapValues(headers, (value) =>
    isAscii(value) ? value : Buffer.from(value, "latin1").toString("utf8"),
  );
}

/** Then both ways are the same; nearly every value is. */
function isAscii(value: string): boolean {
  return !NOT_ASCII.test(value);
}

const NOT_ASCII = /[\u0080-\uffff]/;

function mapValues(headers: Headers, change: (value: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, change(value)]));
}

// OSS's headers are UTF-8, and Node's are one character a byte: each byte goes as the character of its number.
import type { Headers } from "../../protocol/http-message.ts";

/** Headers as Node sends them. */
export function encodeHeaders(headers: Headers): Record<string, string> {
  return mapValues(headers, (value) => Buffer.from(value, "utf8").toString("latin1"));
}

/** Headers from what Node received. */
export function decodeHeaders(headers: Headers): Record<string, string> {
  return mapValues(headers, (value) => Buffer.from(value, "latin1").toString("utf8"));
}

function mapValues(headers: Headers, change: (value: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, change(value)]));
}

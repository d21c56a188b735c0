// What an object will carry, as one short text: an upload that was begun with other headers cannot be continued, for the
// service has taken them down already.
import { crc64 } from "../../protocol/crc64/crc64.ts";
import type { ObjectHeaders } from "../../protocol/fields/object-headers.ts";

/** A fingerprint: the same for the same headers in whatever order. */
export function wishesOf(objectHeaders: ObjectHeaders | undefined): string {
  const text = JSON.stringify(sorted(objectHeaders ?? {}));
  return crc64(new TextEncoder().encode(text)).toString(16).padStart(16, "0");
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return entries
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, inner]) => [name, sorted(inner)]);
}

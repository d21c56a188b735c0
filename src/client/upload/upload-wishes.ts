// What an object will carry, as one short text: an upload that was begun with other headers cannot be continued, for the
// service has taken them down already.
import { crc64 } from "../../protocol/crc64/crc64.ts";
import type { UploadOptions } from "./upload-options.ts";

/** A fingerprint: the same for the same headers in whatever order. */
export function wishesOf({
  objectHeaders = {},
  tags,
}: Pick<UploadOptions, "objectHeaders" | "tags">): string {
  const text = JSON.stringify(sorted(tags === undefined ? objectHeaders : { objectHeaders, tags }));
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

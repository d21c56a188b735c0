// ETags, as the wire quotes them and as the two sides compute them.
import type { Dialect } from "./dialects/dialect.ts";

/** `"HEX"`: how headers and XML carry an ETag. */
export function quoteEtag(etag: string): string {
  return `"${etag}"`;
}

/** Without white space and quotes. Clients send `"HEX"`, `HEX` and, in XML, `&#34;HEX&#34;`. */
export function unquoteEtag(text: string): string {
  return text.trim().replace(/^"(.*)"$/, "$1");
}

/** Whether two ETags name the same bytes; upper or lower case is no difference. */
export function isSameEtag(left: string, right: string): boolean {
  return unquoteEtag(left).toLowerCase() === unquoteEtag(right).toLowerCase();
}

/** The ETag of one part or of an object put in one piece: its MD5 in hex. */
export function contentEtag(md5Hex: string, dialect: Dialect): string {
  return dialect.etagCase === "upper" ? md5Hex.toUpperCase() : md5Hex.toLowerCase();
}

/**
 * The ETag of a completed multipart upload: MD5 over its parts' ETags, then `-` and the number of parts.
 *
 * OSS hashes the *hex text* of the ETags, not their raw bytes as S3 does; found from three published samples
 * (parts 4DE8… and AF94… give 1C78…-2).
 *
 * @param partMd5s  of each part in order, in hex of either case
 * @param md5Hex    computes an MD5, in hex
 */
export function multipartEtag(
  partMd5s: readonly string[],
  dialect: Dialect,
  md5Hex: (bytes: Uint8Array) => string,
): string {
  const input =
    dialect.multipartEtagInput === "hex-text"
      ? new TextEncoder().encode(contentEtag(partMd5s.join(""), dialect))
      : Uint8Array.from(partMd5s.flatMap(bytesOfHex));
  return `${contentEtag(md5Hex(input), dialect)}-${partMd5s.length}`;
}

function bytesOfHex(hex: string): readonly number[] {
  return (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
}

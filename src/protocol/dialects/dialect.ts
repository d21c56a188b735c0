// What differs between the services that speak this wire, as data. An operation asks its dialect; it never asks
// which dialect it is.

export interface Dialect {
  readonly name: "oss" | "s3";
  /** Before the service's own headers: `x-oss-`. */
  readonly headerPrefix: string;
  /** Of the hex digits in an ETag. */
  readonly etagCase: "lower" | "upper";
  /** What the MD5 of a multipart ETag runs over: the hex text of the parts' ETags, or their 16 raw bytes each. */
  readonly multipartEtagInput: "hex-text" | "raw-bytes";
  /** The header that carries a CRC-64/XZ as an unsigned decimal. */
  readonly crc64Header: string;
}

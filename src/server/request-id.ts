// Request ids: 24 upper-case hex digits, of which the first 8 are the server's Unix time, as in OSS's own answers.

export function newRequestId(nowMs: number, randomBytes: (size: number) => Uint8Array): string {
  const seconds = Math.floor(nowMs / 1000) >>> 0;
  return `${seconds.toString(16).padStart(8, "0")}${toHex(randomBytes(8))}`.toUpperCase();
}

/**
 * Upload ids: 32 upper-case hex digits, the first of them 0, as the service's begin today. Clients' own tests page from a
 * marker such as `EEE`, which is behind all of a key's uploads there.
 */
export function newUploadId(randomBytes: (size: number) => Uint8Array): string {
  return `0${toHex(randomBytes(16)).slice(1)}`.toUpperCase();
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
}

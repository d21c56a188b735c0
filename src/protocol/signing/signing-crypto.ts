// The port through which signatures are computed. Node answers at once, a page's Web Crypto with a promise, so
// callers always await.

/** As Web Crypto spells them: V1 signs with the first, V4 with the second. */
export type HashName = "SHA-1" | "SHA-256";

/** Keyed and plain hashes. Neither argument is kept or changed. */
export interface SigningCrypto {
  hmac(hash: HashName, key: Uint8Array, data: Uint8Array): Uint8Array | Promise<Uint8Array>;
  sha256(data: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

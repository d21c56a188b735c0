// The port through which signatures are computed. Node answers at once, a page's Web Crypto with a promise, so
// callers always await.

export type HashName = "SHA-1" | "SHA-256";

export interface SigningCrypto {
  hmac(hash: HashName, key: Uint8Array, data: Uint8Array): Uint8Array | Promise<Uint8Array>;
  sha256(data: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

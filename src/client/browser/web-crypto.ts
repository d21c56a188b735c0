// Hashes of the Web Crypto API. Pages have it only in a secure context: from https, or from this machine.
import type { SigningCrypto } from "../../protocol/signing/signing-crypto.ts";

export const webCrypto: SigningCrypto = {
  async hmac(hash, key, data) {
    const algorithm = { name: "HMAC", hash };
    const imported = await subtle().importKey("raw", owned(key), algorithm, false, ["sign"]);
    return new Uint8Array(await subtle().sign("HMAC", imported, owned(data)));
  },
  sha256: async (data) => new Uint8Array(await subtle().digest("SHA-256", owned(data))),
};

function subtle(): SubtleCrypto {
  // Undefined on a page from plain http, whatever the types say.
  if (globalThis.crypto?.subtle === undefined) {
    throw new TypeError(
      "this page cannot sign with an access key, for it does not come from https or localhost; sign its URLs elsewhere",
    );
  }
  return crypto.subtle;
}

/** The same bytes in memory that nobody shares, which is all that Web Crypto takes. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

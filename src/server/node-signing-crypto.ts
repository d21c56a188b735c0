// The hashes that signing needs, from node:crypto.
import { createHash, createHmac } from "node:crypto";
import type { SigningCrypto } from "../protocol/signing/signing-crypto.ts";

export const nodeSigningCrypto: SigningCrypto = {
  hmac: (hash, key, data) =>
    createHmac(hash === "SHA-1" ? "sha1" : "sha256", key)
      .update(data)
      .digest(),
  sha256: (data) => createHash("sha256").update(data).digest(),
};

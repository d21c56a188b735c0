// The hashes that signing needs, from node:crypto.
import { createHmac, hash } from "node:crypto";
import type { SigningCrypto } from "../protocol/signing/signing-crypto.ts";

export const nodeSigningCrypto: SigningCrypto = {
  hmac: (name, key, data) =>
    createHmac(name === "SHA-1" ? "sha1" : "sha256", key)
      .update(data)
      .digest(),
  // At once, which takes half as long as by an object for it.
  sha256: (data) => hash("sha256", data, "buffer"),
};

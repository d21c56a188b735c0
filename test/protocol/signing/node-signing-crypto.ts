// The port of signing over node:crypto.
import { createHash, createHmac } from "node:crypto";
import type { HashName, SigningCrypto } from "../../../src/protocol/signing/signing-crypto.ts";

const nodeNames: Readonly<Record<HashName, string>> = { "SHA-1": "sha1", "SHA-256": "sha256" };

export const nodeSigningCrypto: SigningCrypto = {
  hmac: (hash, key, data) => createHmac(nodeNames[hash], key).update(data).digest(),
  sha256: (data) => createHash("sha256").update(data).digest(),
};

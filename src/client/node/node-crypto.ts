// Hashes of node:crypto.

import type { SigningCrypto } from "../../protocol/signing/signing-crypto.ts";
import type { RunningMd5 } from "../upload/range-digest.ts";
import { builtInCrypto } from "./built-in-modules.ts";

const { createHash, createHmac, hash: hashOnce } = builtInCrypto();

const hashNames = { "SHA-1": "sha1", "SHA-256": "sha256" } as const;

export const nodeCrypto: SigningCrypto = {
  hmac: (hash, key, data) => createHmac(hashNames[hash], key).update(data).digest(),
  sha256: (data) => hashOnce("sha256", data, "buffer"),
};

export function nodeMd5(bytes: Uint8Array): Uint8Array {
  return hashOnce("md5", bytes, "buffer");
}

export function startNodeMd5(): RunningMd5 {
  const hash = createHash("md5");
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest("hex") };
}

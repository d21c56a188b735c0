// Secrets at rest: AES-256-GCM under a key that is kept elsewhere. What is sealed for one purpose does not open for
// another, so that no secret can be put in the place of another's.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/** 32 bytes, from which a key for every purpose follows. */
export type SecretKey = Uint8Array;

export const SECRET_KEY_SIZE_BYTES = 32;
const NONCE_SIZE_BYTES = 12;
const TAG_SIZE_BYTES = 16;
const CIPHER = "aes-256-gcm";

/** A key for one purpose alone. */
export function keyFor(purpose: string, key: SecretKey): Buffer {
  return Buffer.from(hkdfSync("sha256", key, "", `partwise ${purpose}`, SECRET_KEY_SIZE_BYTES));
}

/** @param whose  what the secret belongs to; it is not kept, and without it the secret does not open */
export function sealSecret(secret: string, whose: string, key: SecretKey): string {
  const nonce = randomBytes(NONCE_SIZE_BYTES);
  const cipher = createCipheriv(CIPHER, keyFor("secrets", key), nonce).setAAD(Buffer.from(whose));
  const sealed = [nonce, cipher.update(secret, "utf8"), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat(sealed).toString("base64url");
}

/** @returns undefined when it was sealed with another key, or for somebody else, or was changed */
export function openSecret(sealed: string, whose: string, key: SecretKey): string | undefined {
  const bytes = Buffer.from(sealed, "base64url");
  if (bytes.length < NONCE_SIZE_BYTES + TAG_SIZE_BYTES) {
    return undefined;
  }
  const decipher = createDecipheriv(CIPHER, keyFor("secrets", key), bytes.subarray(0, NONCE_SIZE_BYTES), {
    authTagLength: TAG_SIZE_BYTES,
  })
    .setAAD(Buffer.from(whose))
    .setAuthTag(bytes.subarray(-TAG_SIZE_BYTES));
  try {
    const text = decipher.update(bytes.subarray(NONCE_SIZE_BYTES, -TAG_SIZE_BYTES));
    return Buffer.concat([text, decipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
}

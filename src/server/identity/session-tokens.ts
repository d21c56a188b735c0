// Tokens of sessions. A token is sealed and holds everything that must be known of the session, and the key that goes with
// it follows from it: nothing is kept, and every process with the secret key knows every token.
import { createHmac, randomBytes } from "node:crypto";
import type { Credentials } from "../../protocol/signing/credentials.ts";
import { keyFor, openSecret, type SecretKey, sealSecret } from "./sealed-secret.ts";

export interface SessionClaims {
  readonly roleName: string;
  /** A role that was made anew under an old name is another. */
  readonly roleId: string;
  readonly sessionName: string;
  readonly expiresAtMs: number;
  /** What the session may do at most, as a RAM policy. */
  readonly policy?: string;
}

const PREFIX = "PW2.";
const PURPOSE = "session token";
const NONCE_SIZE_BYTES = 12;

/** A temporary key for a session; never the same twice. */
export function sessionCredentials(claims: SessionClaims, key: SecretKey): Required<Credentials> {
  const text = JSON.stringify({ ...claims, nonce: randomBytes(NONCE_SIZE_BYTES).toString("base64url") });
  const securityToken = PREFIX + sealSecret(text, PURPOSE, key);
  return { ...keyOf(securityToken, key), securityToken, expiresAtMs: claims.expiresAtMs };
}

/** @returns undefined for a token that was not sealed with this key */
export function readSession(
  securityToken: string,
  key: SecretKey,
): { readonly claims: SessionClaims; readonly credentials: Required<Credentials> } | undefined {
  const text = securityToken.startsWith(PREFIX)
    ? openSecret(securityToken.slice(PREFIX.length), PURPOSE, key)
    : undefined;
  if (text === undefined) {
    return undefined;
  }
  // Nobody without the key can have written it, so it is as it was made.
  const claims = JSON.parse(text) as SessionClaims;
  const { expiresAtMs } = claims;
  return { claims, credentials: { ...keyOf(securityToken, key), securityToken, expiresAtMs } };
}

function keyOf(securityToken: string, key: SecretKey) {
  const derive = (purpose: string) => createHmac("sha256", keyFor(purpose, key)).update(securityToken);
  return {
    accessKeyId: `STS.${derive("session id").digest("hex").slice(0, 24)}`,
    accessKeySecret: derive("session secret").digest("base64url"),
  };
}

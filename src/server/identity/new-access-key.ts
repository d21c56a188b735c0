// Keys and ids, at random.
import { randomBytes, randomInt } from "node:crypto";
import type { Credentials } from "../../protocol/signing/credentials.ts";
import type { AccessKey } from "./identities.ts";
import { type SecretKey, sealSecret } from "./sealed-secret.ts";

/** A new key: the secret for its holder, who is shown it once, and what is kept of it. */
export interface NewAccessKey {
  readonly credentials: Credentials;
  readonly accessKey: AccessKey;
}

/** @param credentials  a key that somebody has already. Default: a new one */
export function newAccessKey(
  key: SecretKey,
  nowMs: number,
  credentials: Credentials = randomCredentials(),
): NewAccessKey {
  const { accessKeyId: id, accessKeySecret } = credentials;
  return {
    credentials,
    accessKey: {
      id,
      sealedSecret: sealSecret(accessKeySecret, sealedFor(id), key),
      isEnabled: true,
      createdAt: new Date(nowMs).toISOString(),
    },
  };
}

/** To what a secret belongs that is sealed. */
export function sealedFor(accessKeyId: string): string {
  return `access key ${accessKeyId}`;
}

/** 18 digits, as RAM's ids of users and roles. */
export function newIdentityId(): string {
  const DIGITS = 9;
  const digits = () => String(randomInt(10 ** DIGITS)).padStart(DIGITS, "0");
  return `2${digits().slice(1)}${digits()}`;
}

function randomCredentials(): Credentials {
  return {
    accessKeyId: `PW${randomBytes(9).toString("hex").toUpperCase()}`,
    accessKeySecret: randomBytes(24).toString("base64url"),
  };
}

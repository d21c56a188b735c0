// Temporary keys, as STS issues them. No state is kept: the token itself says until when it is good and who issued it,
// and everything else is derived from it with the issuer's secret. So a server accepts the tokens that any of its
// lasting keys issued, also those from before it was started; none can be taken back but with the issuing key.
import { createHmac } from "node:crypto";
import { TEMPORARY_KEY_LIFE_MAX_SECONDS } from "../protocol/limits.ts";
import { constantTimeEqual } from "../protocol/signing/constant-time-equal.ts";
import type { Credentials } from "../protocol/signing/credentials.ts";
import type { CredentialStore, HeldCredentials } from "./credential-store.ts";

export interface TemporaryKeyOptions {
  /** A lasting key of the server that will be asked. */
  readonly issuer: Credentials;
  /** 1 … TEMPORARY_KEY_LIFE_MAX_SECONDS. */
  readonly expiresInSeconds: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Never the same twice; at least 16 random hex digits. */
  readonly nonce: string;
}

/** A temporary key that works on every server which accepts the tokens of `issuer`. */
export type TemporaryCredentials = Required<Credentials>;

const TOKEN_VERSION = "PW1";

/** @throws {RangeError} if `expiresInSeconds` is outside its range @throws {TypeError} if the issuer is temporary */
export function temporaryCredentials(options: TemporaryKeyOptions): TemporaryCredentials {
  const { issuer, expiresInSeconds, now, nonce } = options;
  const isInRange = expiresInSeconds >= 1 && expiresInSeconds <= TEMPORARY_KEY_LIFE_MAX_SECONDS;
  if (!Number.isInteger(expiresInSeconds) || !isInRange) {
    throw new RangeError(
      `expiresInSeconds must be an integer from 1 to ${TEMPORARY_KEY_LIFE_MAX_SECONDS}, but is ${expiresInSeconds}`,
    );
  }
  if (issuer.securityToken !== undefined) {
    throw new TypeError("a temporary key cannot issue another");
  }
  // Whole seconds, as STS tells them.
  const expiresAtSeconds = Math.floor(now / 1000) + expiresInSeconds;
  return derive({ issuerId: issuer.accessKeyId, expiresAtSeconds, nonce }, issuer.accessKeySecret);
}

/** `store`, and every temporary key that a lasting key of it issued, for whoever holds that key. */
export function withTemporaryCredentials(store: CredentialStore): CredentialStore {
  return {
    ...(store.sessions && { sessions: store.sessions }),
    find: (accessKeyId, securityToken) =>
      findByToken(securityToken ?? "", store) ?? store.find(accessKeyId, securityToken),
  };
}

/** What a token says; worth nothing without the seal behind it. */
interface Grant {
  readonly issuerId: string;
  readonly expiresAtSeconds: number;
  readonly nonce: string;
}

function findByToken(securityToken: string, store: CredentialStore): HeldCredentials | undefined {
  const grant = readGrant(securityToken);
  const issuer = grant && store.find(grant.issuerId);
  if (grant === undefined || issuer === undefined || issuer.securityToken !== undefined) {
    return undefined;
  }
  const credentials = derive(grant, issuer.accessKeySecret);
  const { holder } = issuer;
  return constantTimeEqual(credentials.securityToken, securityToken)
    ? { ...credentials, ...(holder && { holder }) }
    : undefined;
}

/** Everything follows from the grant and the secret, so nothing has to be stored. */
function derive(grant: Grant, secret: string): TemporaryCredentials {
  const { issuerId, expiresAtSeconds, nonce } = grant;
  const claims = [TOKEN_VERSION, expiresAtSeconds, nonce, Buffer.from(issuerId).toString("base64url")].join(
    ".",
  );
  // One purpose, one key: no seal of one kind can be passed off as another.
  const seal = (purpose: string) => createHmac("sha256", secret).update(`partwise ${purpose}\n${claims}`);
  return {
    accessKeyId: `STS.${seal("id").digest("hex").slice(0, 24)}`,
    accessKeySecret: seal("secret").digest("base64url"),
    securityToken: `${claims}.${seal("token").digest("base64url")}`,
    expiresAtMs: expiresAtSeconds * 1000,
  };
}

function readGrant(securityToken: string): Grant | undefined {
  const match = /^PW1\.(\d{1,12})\.([0-9a-f]{16,64})\.([\w-]{1,256})\.[\w-]{43}$/.exec(securityToken);
  if (match === null) {
    return undefined;
  }
  const [, expiresAtSeconds = "", nonce = "", issuerId = ""] = match;
  return {
    issuerId: Buffer.from(issuerId, "base64url").toString("utf8"),
    expiresAtSeconds: Number(expiresAtSeconds),
    nonce,
  };
}

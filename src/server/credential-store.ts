// Who may knock: the port that finds the secret of an access key, and whose it is.
import type { Credentials } from "../protocol/signing/credentials.ts";
import type { Identity } from "./principal.ts";
import type { SessionIssuer } from "./sts/session-issuer.ts";

/** A key, and who holds it. */
export interface HeldCredentials extends Credentials {
  /** Undefined: the account itself, which may do everything. */
  readonly holder?: Identity;
}

export interface CredentialStore {
  /**
   * The credentials to which a request's key and token belong.
   *
   * A token that this store knows goes before the key: its credentials may name another key, which is then no match.
   *
   * @param securityToken  undefined for a request without one
   * @returns undefined when neither is known
   */
  find(accessKeyId: string, securityToken?: string): HeldCredentials | undefined;
  /** Gives out temporary keys for roles. Undefined: there are no roles. */
  readonly sessions?: SessionIssuer;
}

/** A store of exactly these credentials. */
export function fixedCredentials(credentials: readonly HeldCredentials[]): CredentialStore {
  const byId = new Map(credentials.map((entry) => [entry.accessKeyId, entry]));
  const byToken = new Map(credentials.map((entry) => [entry.securityToken ?? "", entry]));
  return {
    find: (accessKeyId, securityToken = "") =>
      (securityToken === "" ? undefined : byToken.get(securityToken)) ?? byId.get(accessKeyId),
  };
}

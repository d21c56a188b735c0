// Who may knock: the port that finds the secret of an access key.
import type { Credentials } from "../protocol/signing/credentials.ts";

export interface CredentialStore {
  /**
   * The credentials to which a request's key and token belong.
   *
   * A token that this store knows goes before the key: its credentials may name another key, which is then no match.
   *
   * @param securityToken  undefined for a request without one
   * @returns undefined when neither is known
   */
  find(accessKeyId: string, securityToken?: string): Credentials | undefined;
}

/** A store of exactly these credentials. */
export function fixedCredentials(credentials: readonly Credentials[]): CredentialStore {
  const byId = new Map(credentials.map((entry) => [entry.accessKeyId, entry]));
  const byToken = new Map(credentials.map((entry) => [entry.securityToken ?? "", entry]));
  return {
    find: (accessKeyId, securityToken = "") =>
      (securityToken === "" ? undefined : byToken.get(securityToken)) ?? byId.get(accessKeyId),
  };
}

// Who may knock: the port that finds the secret of an access key.
import type { Credentials } from "../protocol/signing/credentials.ts";

export interface CredentialStore {
  /** The credentials of this access key, with its security token if it is a temporary one, or undefined. */
  find(accessKeyId: string): Credentials | undefined;
}

/** A store of exactly these credentials. */
export function fixedCredentials(credentials: readonly Credentials[]): CredentialStore {
  const byId = new Map(credentials.map((entry) => [entry.accessKeyId, entry]));
  return { find: (accessKeyId) => byId.get(accessKeyId) };
}

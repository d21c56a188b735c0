// Whom a server knows: the account, its RAM users, and the roles that they may take on. As the file has them; secrets are
// sealed in it, and policies are the texts that people wrote.

export interface Identities {
  /** Opens only with the key that sealed the secrets, so that a wrong key is known before anybody knocks. */
  readonly keyCheck: string;
  readonly account: { readonly accessKeys: readonly AccessKey[] };
  readonly users: readonly User[];
  readonly roles: readonly Role[];
}

export interface AccessKey {
  readonly id: string;
  readonly sealedSecret: string;
  readonly isEnabled: boolean;
  /** ISO 8601. */
  readonly createdAt: string;
}

export interface User {
  readonly name: string;
  /** 18 digits, never used again: by it policies of buckets name a user. */
  readonly id: string;
  readonly createdAt: string;
  readonly accessKeys: readonly AccessKey[];
  readonly policies: readonly AttachedPolicy[];
}

export interface AttachedPolicy {
  readonly name: string;
  /** The document. Undefined: the system's policy of this name. */
  readonly text?: string;
}

export interface Role {
  readonly name: string;
  /** 18 digits, never used again. */
  readonly id: string;
  readonly createdAt: string;
  /** Who may take it on: a document. */
  readonly trust: string;
  readonly policies: readonly AttachedPolicy[];
  /** SESSION_LIFE_MIN_SECONDS … SESSION_LIFE_MAX_SECONDS. */
  readonly sessionMaxSeconds: number;
}

/** What keys are made for beside users: no user can be called so. */
export const ROOT_NAME = "root";
/** The user of the commands on the server's own machine. */
export const LOCAL_USER_NAME = "local";

export const USER_COUNT_MAX = 1_000;
export const ROLE_COUNT_MAX = 1_000;
/** As in RAM: one to use, and one to change to. */
export const ACCESS_KEY_COUNT_MAX = 2;
export const ATTACHED_POLICY_COUNT_MAX = 20;
/** Source: STS API, AssumeRole: DurationSeconds. */
export const SESSION_LIFE_MIN_SECONDS = 900;
export const SESSION_LIFE_MAX_SECONDS = 43_200;
/** Of users, roles and policies. Source: RAM API, CreateUser. */
export const IDENTITY_NAME: RegExp = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Of the account, in the names of users, roles and resources. */
export const ACCOUNT_ID = "partwise";

export function userArn(name: string): string {
  return `acs:ram::${ACCOUNT_ID}:user/${name}`;
}

export function roleArn(name: string): string {
  return `acs:ram::${ACCOUNT_ID}:role/${name}`;
}

// Changes of users, roles and keys, as functions of what was there. Each says what is in the way when it cannot be done.
import {
  ACCESS_KEY_COUNT_MAX,
  type AccessKey,
  ATTACHED_POLICY_COUNT_MAX,
  type AttachedPolicy,
  IDENTITY_NAME,
  type Identities,
  ROLE_COUNT_MAX,
  ROOT_NAME,
  type Role,
  USER_COUNT_MAX,
  type User,
} from "./identities.ts";
import { IdentityError } from "./identity-error.ts";

/** Users and roles: both have policies. */
export type IdentityList = "roles" | "users";
const WORD: Readonly<Record<IdentityList, string>> = { users: "user", roles: "role" };

/** @throws {IdentityError} name taken or no name, too many */
export function addUser(identities: Identities, user: User): Identities {
  assertNew(identities, "users", user.name, USER_COUNT_MAX);
  return { ...identities, users: sorted([...identities.users, user]) };
}

/** @throws {IdentityError} name taken or no name, too many */
export function addRole(identities: Identities, role: Role): Identities {
  assertNew(identities, "roles", role.name, ROLE_COUNT_MAX);
  return { ...identities, roles: sorted([...identities.roles, role]) };
}

/** With its keys and policies. @throws {IdentityError} when there is none */
export function removeIdentity(identities: Identities, list: IdentityList, name: string): Identities {
  findIdentity(identities, list, name);
  return {
    ...identities,
    users: identities.users.filter((user) => list !== "users" || user.name !== name),
    roles: identities.roles.filter((role) => list !== "roles" || role.name !== name),
  };
}

/** @throws {IdentityError} when there is none */
export function findIdentity(identities: Identities, list: IdentityList, name: string): Role | User {
  const found = identities[list].find((identity) => identity.name === name);
  if (found === undefined) {
    throw new IdentityError(`there is no ${WORD[list]} ${name}`);
  }
  return found;
}

/** A user's, or the account's under ROOT_NAME. @throws {IdentityError} when there is no such user */
export function accessKeysOf({ account, users }: Identities, holder: string): readonly AccessKey[] {
  const keys =
    holder === ROOT_NAME ? account.accessKeys : users.find(({ name }) => name === holder)?.accessKeys;
  if (keys === undefined) {
    throw new IdentityError(`there is no user ${holder}`);
  }
  return keys;
}

/** @throws {IdentityError} when there is no such user, or it has as many keys as it may have */
export function addAccessKey(identities: Identities, holder: string, key: AccessKey): Identities {
  const keys = accessKeysOf(identities, holder);
  if (keys.length >= ACCESS_KEY_COUNT_MAX) {
    throw new IdentityError(
      `${holder} has ${keys.length} access keys, the most there may be; remove one first`,
    );
  }
  return withAccessKeys(identities, holder, [...keys, key]);
}

/** @throws {IdentityError} when there is no such user or key */
export function setAccessKeyEnabled(
  identities: Identities,
  key: { readonly holder: string; readonly id: string; readonly isEnabled: boolean },
): Identities {
  const { holder, id, isEnabled } = key;
  const others = otherKeys(identities, holder, id);
  const changed = accessKeysOf(identities, holder).map((entry) =>
    entry.id === id ? { ...entry, isEnabled } : entry,
  );
  return withAccessKeys(identities, holder, others.length === changed.length ? others : changed);
}

/** @throws {IdentityError} when there is no such user or key */
export function removeAccessKey(identities: Identities, holder: string, id: string): Identities {
  return withAccessKeys(identities, holder, otherKeys(identities, holder, id));
}

/**
 * The new key in place of the old one, which is kept, disabled, until the next rotation.
 *
 * @param id  the key that is replaced. Undefined: the only one that is enabled
 * @throws {IdentityError} when there is no such user or key, or several are enabled and none is named
 */
export function rotateAccessKey(
  identities: Identities,
  holder: string,
  { id, key }: { readonly id?: string | undefined; readonly key: AccessKey },
): Identities {
  const enabled = accessKeysOf(identities, holder).filter(({ isEnabled }) => isEnabled);
  const [only] = enabled;
  if (id === undefined && enabled.length > 1) {
    throw new IdentityError(`${holder} has ${enabled.length} enabled access keys; name the one to replace`);
  }
  const replacedId = id ?? only?.id;
  const others = replacedId === undefined ? [] : otherKeys(identities, holder, replacedId);
  const replaced = accessKeysOf(identities, holder).filter((entry) => entry.id === replacedId);
  const kept = [
    ...others.filter(({ isEnabled }) => isEnabled),
    ...replaced.map((entry) => ({ ...entry, isEnabled: false })),
  ];
  // A user has two keys at most, so where both were in use the replaced one cannot be kept.
  const room = kept.length >= ACCESS_KEY_COUNT_MAX ? kept.filter(({ isEnabled }) => isEnabled) : kept;
  return withAccessKeys(identities, holder, [...room, key]);
}

/** In place of one of the same name. @throws {IdentityError} when there is no such identity, or it has too many */
export function attachPolicy(
  identities: Identities,
  { list, name }: { readonly list: IdentityList; readonly name: string },
  policy: AttachedPolicy,
): Identities {
  const others = findIdentity(identities, list, name).policies.filter((other) => other.name !== policy.name);
  if (others.length >= ATTACHED_POLICY_COUNT_MAX) {
    throw new IdentityError(`${WORD[list]} ${name} has ${others.length} policies, the most there may be`);
  }
  return withPolicies(identities, { list, name }, [...others, policy]);
}

/** @throws {IdentityError} when there is no such identity, or it has no such policy */
export function detachPolicy(
  identities: Identities,
  { list, name }: { readonly list: IdentityList; readonly name: string },
  policyName: string,
): Identities {
  const { policies } = findIdentity(identities, list, name);
  const others = policies.filter((other) => other.name !== policyName);
  if (others.length === policies.length) {
    throw new IdentityError(`${WORD[list]} ${name} has no policy ${policyName}`);
  }
  return withPolicies(identities, { list, name }, others);
}

function assertNew(identities: Identities, list: IdentityList, name: string, countMax: number): void {
  if (!IDENTITY_NAME.test(name) || name === ROOT_NAME) {
    throw new IdentityError(
      `${JSON.stringify(name)} is no name for a ${WORD[list]}: 1 to 64 letters, digits, dots, hyphens or underscores, and not ${ROOT_NAME}`,
    );
  }
  if (identities[list].some((identity) => identity.name === name)) {
    throw new IdentityError(`there is a ${WORD[list]} ${name} already`);
  }
  if (identities[list].length >= countMax) {
    throw new IdentityError(`there are ${countMax} ${WORD[list]}s, the most there may be`);
  }
}

function otherKeys(identities: Identities, holder: string, id: string): readonly AccessKey[] {
  const keys = accessKeysOf(identities, holder);
  const others = keys.filter((key) => key.id !== id);
  if (others.length === keys.length) {
    throw new IdentityError(`${holder} has no access key ${id}`);
  }
  return others;
}

function withAccessKeys(
  identities: Identities,
  holder: string,
  accessKeys: readonly AccessKey[],
): Identities {
  return holder === ROOT_NAME
    ? { ...identities, account: { accessKeys } }
    : {
        ...identities,
        users: identities.users.map((user) => (user.name === holder ? { ...user, accessKeys } : user)),
      };
}

function withPolicies(
  identities: Identities,
  { list, name }: { readonly list: IdentityList; readonly name: string },
  policies: readonly AttachedPolicy[],
): Identities {
  const changed = <I extends Role | User>(all: readonly I[]) =>
    all.map((identity) => (identity.name === name ? { ...identity, policies } : identity));
  return list === "users"
    ? { ...identities, users: changed(identities.users) }
    : { ...identities, roles: changed(identities.roles) };
}

function sorted<I extends { readonly name: string }>(list: readonly I[]): readonly I[] {
  return list.toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

// Finds keys among the identities of a data folder. The file is looked at with every request, so that a key that was
// disabled is refused from the next request on, by every process that serves the folder.
import { readFileSync, statSync } from "node:fs";
import type { CredentialStore, HeldCredentials } from "../credential-store.ts";
import { parsePolicy } from "../policy/parse-policy.ts";
import type { NamedPolicy } from "../policy/policy.ts";
import type { Identity } from "../principal.ts";
import type { SessionIssuer } from "../sts/session-issuer.ts";
import { ACCOUNT_ID, type Identities, roleArn, type User, userArn } from "./identities.ts";
import {
  assertOpens,
  type IdentityFolder,
  identityPath,
  keyPlaceOf,
  openIdentities,
} from "./identity-file.ts";
import { issueSession } from "./issue-session.ts";
import { namedPolicies } from "./named-policies.ts";
import { sealedFor } from "./new-access-key.ts";
import { readIdentities } from "./read-identities.ts";
import { openSecret, type SecretKey } from "./sealed-secret.ts";
import { readSession } from "./session-tokens.ts";

export interface IdentityStoreOptions extends IdentityFolder {
  /** Told when the file has become unusable: what was read before stays good. */
  readonly reportFailure: (failure: unknown) => void;
}

/** A lasting key, opened at its first use. */
interface KnownKey {
  readonly sealedSecret: string;
  readonly holder: Identity | undefined;
  secret?: string | undefined;
}

/** What the file says, in the form in which requests ask. */
interface Known {
  readonly identities: Identities;
  readonly keys: ReadonlyMap<string, KnownKey>;
  readonly rolePolicies: ReadonlyMap<string, readonly NamedPolicy[]>;
}

const SESSION_POLICY_COUNT_MAX = 1_000;

export class IdentityStore implements CredentialStore {
  readonly #options: IdentityStoreOptions;
  readonly #key: SecretKey;
  readonly #sessionPolicies = new Map<string, readonly NamedPolicy[]>();
  #known: Known;
  /** Which file was read last: by its number, its time and its size. */
  #version = "";
  /** Of which file it was told that it is unusable. */
  #reportedVersion = "";

  /** @throws {IdentityError} when there are no identities, or the key does not open them */
  constructor(options: IdentityStoreOptions) {
    this.#options = options;
    const { identities, key } = openIdentities(options);
    this.#key = key;
    this.#known = knownFrom(identities);
  }

  readonly sessions: SessionIssuer = {
    issue: (request) => {
      this.#refresh();
      return issueSession(request, this.#known.identities, this.#key);
    },
  };

  find(accessKeyId: string, securityToken = ""): HeldCredentials | undefined {
    this.#refresh();
    // A token that nobody knows belongs to no lasting key.
    return securityToken === "" ? this.#findLasting(accessKeyId) : this.#findSession(securityToken);
  }

  #findLasting(accessKeyId: string): HeldCredentials | undefined {
    const known = this.#known.keys.get(accessKeyId);
    if (known === undefined) {
      return undefined;
    }
    known.secret ??= openSecret(known.sealedSecret, sealedFor(accessKeyId), this.#key);
    const { secret, holder } = known;
    return secret === undefined
      ? undefined
      : { accessKeyId, accessKeySecret: secret, ...(holder && { holder }) };
  }

  #findSession(securityToken: string): HeldCredentials | undefined {
    const session = readSession(securityToken, this.#key);
    if (session === undefined) {
      return undefined;
    }
    const { roleName, roleId, sessionName, policy } = session.claims;
    const policies = this.#known.rolePolicies.get(roleId);
    if (policies === undefined) {
      return undefined;
    }
    const holder = sessionIdentity(
      { roleId, roleName, sessionName, policies },
      policy === undefined ? undefined : this.#sessionPoliciesOf(policy),
    );
    return { ...session.credentials, holder };
  }

  #sessionPoliciesOf(text: string): readonly NamedPolicy[] {
    const known = this.#sessionPolicies.get(text);
    if (known !== undefined) {
      return known;
    }
    const policies = [{ name: "session policy", policy: parsePolicy(text, "identity") }];
    if (this.#sessionPolicies.size >= SESSION_POLICY_COUNT_MAX) {
      this.#sessionPolicies.clear();
    }
    this.#sessionPolicies.set(text, policies);
    return policies;
  }

  #refresh(): void {
    const path = identityPath(this.#options);
    const version = versionOf(path);
    if (version === this.#version) {
      return;
    }
    try {
      const text = readFileSync(path, "utf8");
      // From here on another try would find the same. A file that could not be read is read with the next request: a key
      // that was disabled meanwhile must not stay good because all descriptors were taken at that moment.
      this.#version = version;
      const identities = readIdentities(text, path);
      assertOpens(identities, this.#key, { path, keyPath: keyPlaceOf(this.#options).path });
      this.#known = knownFrom(identities);
    } catch (failure) {
      this.#reportOnce(version, failure);
    }
  }

  /** What is unusable is told of once, not with every request. */
  #reportOnce(version: string, failure: unknown): void {
    if (version !== this.#reportedVersion) {
      this.#reportedVersion = version;
      this.#options.reportFailure(failure);
    }
  }
}

function versionOf(path: string): string {
  try {
    const { ino, mtimeNs, size } = statSync(path, { bigint: true });
    return `${ino}:${mtimeNs}:${size}`;
  } catch (failure) {
    return (failure as Error).message;
  }
}

function knownFrom(identities: Identities): Known {
  const { account, users, roles } = identities;
  const rows = [
    ...account.accessKeys.map((key) => ({ key, holder: undefined })),
    ...users.flatMap((user) => {
      const holder = userIdentity(user);
      return user.accessKeys.map((key) => ({ key, holder }));
    }),
  ];
  const enabled = rows.filter(({ key }) => key.isEnabled);
  return {
    identities,
    keys: new Map(enabled.map(({ key, holder }) => [key.id, { sealedSecret: key.sealedSecret, holder }])),
    rolePolicies: new Map(roles.map((role) => [role.id, namedPolicies(role.policies)])),
  };
}

/** A user as somebody who asks. */
export function userIdentity({ name, id, policies }: User): Identity {
  return { kind: "user", id, name, names: [id, userArn(name)], policies: namedPolicies(policies) };
}

/** Somebody who has taken on a role. */
export function sessionIdentity(
  role: {
    readonly roleId: string;
    readonly roleName: string;
    readonly sessionName: string;
    readonly policies: readonly NamedPolicy[];
  },
  sessionPolicies?: readonly NamedPolicy[],
): Identity {
  const { roleId, roleName, sessionName, policies } = role;
  return {
    kind: "session",
    id: roleId,
    name: `${roleName}/${sessionName}`,
    names: [`arn:sts::${ACCOUNT_ID}:assumed-role/${roleName}/${sessionName}`, roleArn(roleName)],
    policies,
    ...(sessionPolicies && { sessionPolicies }),
  };
}

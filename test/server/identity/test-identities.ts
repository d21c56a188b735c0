// Users and roles in a folder of their own, changed as the command changes them.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Credentials } from "../../../src/protocol/signing/credentials.ts";
import { addAccessKey, addRole, addUser } from "../../../src/server/identity/edit-identities.ts";
import { type Identities, ROOT_NAME } from "../../../src/server/identity/identities.ts";
import { changeIdentities, ensureIdentities } from "../../../src/server/identity/identity-file.ts";
import { IdentityStore } from "../../../src/server/identity/identity-store.ts";
import { newAccessKey, newIdentityId } from "../../../src/server/identity/new-access-key.ts";
import { policyText, type StatementWords } from "../policy/policy-documents.ts";

export interface TestIdentities extends AsyncDisposable {
  readonly folder: string;
  readonly store: IdentityStore;
  /** What the store had to tell of. */
  readonly failures: readonly unknown[];
  change(edit: (identities: Identities) => Identities): void;
  /** A user with a key, whose policy has these statements; without one the user has no policy. */
  addUser(name: string, ...statements: readonly StatementWords[]): Credentials & { readonly id: string };
  addRole(name: string, trusted: readonly string[], ...statements: readonly StatementWords[]): void;
  /** Another key of a user, or of the account. */
  addKey(holder: string): Credentials;
  /** The account's. */
  readonly rootKey: Credentials;
}

export async function makeTestIdentities(): Promise<TestIdentities> {
  const folder = await mkdtemp(join(tmpdir(), "partwise-identities-"));
  const place = { folder };
  ensureIdentities(place, ({ identities }) => identities);
  const failures: unknown[] = [];
  const change = (edit: (identities: Identities) => Identities) =>
    changeIdentities(place, ({ identities }) => ({ identities: edit(identities), result: undefined }));
  const createdAt = new Date().toISOString();
  const addKey = (holder: string) =>
    changeIdentities(place, ({ identities, key }) => {
      const { accessKey, credentials } = newAccessKey(key, Date.now());
      return { identities: addAccessKey(identities, holder, accessKey), result: credentials };
    });
  const rootKey = addKey(ROOT_NAME);
  const policies = (name: string, statements: readonly StatementWords[]) =>
    statements.length === 0 ? [] : [{ name: `policy-of-${name}`, text: policyText(...statements) }];
  return {
    folder,
    failures,
    rootKey,
    store: new IdentityStore({ ...place, reportFailure: (failure) => void failures.push(failure) }),
    change,
    addKey,
    addUser(name, ...statements) {
      const id = newIdentityId();
      change((identities) =>
        addUser(identities, { name, id, createdAt, accessKeys: [], policies: policies(name, statements) }),
      );
      return { ...addKey(name), id };
    },
    addRole(name, trusted, ...statements) {
      const trust = policyText({ Effect: "Allow", Action: "sts:AssumeRole", Principal: { RAM: trusted } });
      const sessionMaxSeconds = 3_600;
      change((identities) =>
        addRole(identities, {
          ...{ name, id: newIdentityId(), createdAt, trust, sessionMaxSeconds },
          policies: policies(name, statements),
        }),
      );
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

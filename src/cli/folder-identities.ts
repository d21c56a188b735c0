// The identities of a data folder, as the commands use them: made when its first server starts, with a key for the account,
// which is shown once, and a user for the commands on this machine, whose key stays in the folder.
import type { Credentials } from "../protocol/signing/credentials.ts";
import { addUser } from "../server/identity/edit-identities.ts";
import { LOCAL_USER_NAME } from "../server/identity/identities.ts";
import { ensureIdentities, hasIdentities } from "../server/identity/identity-file.ts";
import { IdentityStore } from "../server/identity/identity-store.ts";
import { newAccessKey, newIdentityId } from "../server/identity/new-access-key.ts";
import { keepCredentials, makeCredentials, readCredentials } from "./data-folder.ts";
import { identityFolder } from "./identity-options.ts";
import type { ServerLog } from "./monitoring/server-log.ts";
import type { ServeOptions } from "./serve-options.ts";

export interface FolderIdentities {
  readonly store: IdentityStore;
  /** The account's key, if it was made just now: nobody can read it any more later. */
  readonly rootKey?: Credentials;
}

type PreparedFolder = Pick<ServeOptions, "data" | "localKey" | "showsRootKey">;

/** In place of a request's id, for what no request is to blame for. */
const USERS_LOG_ID = "users";
const FULL_ACCESS = "AliyunOSSFullAccess";

/**
 * @param showsRootKey  whether a new folder's account gets a key. It can be read in the result alone, so nobody should ask
 *   for it who does not show it
 * @param localKey  whether a new folder gets the user `local` with all permissions, whose key stands in the folder. A key
 *   that stands there already, from before there were users, becomes that user's.
 * @throws {IdentityError} @throws {CommandError}
 */
export async function prepareIdentities(
  { data: folder, localKey = true, showsRootKey = false }: PreparedFolder,
  log: Pick<ServerLog, "failure">,
): Promise<FolderIdentities> {
  const place = identityFolder(folder);
  const existing = await readCredentials(folder);
  const local = localKey ? (existing ?? makeCredentials()) : undefined;
  let rootKey: Credentials | undefined;
  if (local !== undefined && existing === undefined && !hasIdentities(place)) {
    // First, for once the key is sealed nobody else has it.
    await keepCredentials(folder, local);
  }
  ensureIdentities(place, ({ identities, key }) => {
    const root = showsRootKey ? newAccessKey(key, Date.now()) : undefined;
    rootKey = root?.credentials;
    const withRoot = { ...identities, account: { accessKeys: root === undefined ? [] : [root.accessKey] } };
    if (local === undefined) {
      return withRoot;
    }
    return addUser(withRoot, {
      name: LOCAL_USER_NAME,
      id: newIdentityId(),
      createdAt: new Date().toISOString(),
      accessKeys: [newAccessKey(key, Date.now(), local).accessKey],
      policies: [{ name: FULL_ACCESS }],
    });
  });
  return { store: openIdentityStore(folder, log), ...(rootKey && { rootKey }) };
}

/** The identities of a folder that has them. @throws {IdentityError} */
export function openIdentityStore(folder: string, log: Pick<ServerLog, "failure">): IdentityStore {
  const reportFailure = (failure: unknown) => log.failure(failure, USERS_LOG_ID);
  return new IdentityStore({ ...identityFolder(folder), reportFailure });
}

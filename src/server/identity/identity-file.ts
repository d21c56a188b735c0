// The file that has the identities of a data folder. Commands change it while servers run: it is replaced as a whole, and
// one change waits for the other.
import { closeSync, existsSync, openSync, readFileSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { releaseReserve } from "../../storage/embedded/disk-reserve.ts";
import { replaceFile } from "./durable-files.ts";
import type { Identities } from "./identities.ts";
import { IdentityError } from "./identity-error.ts";
import { identitiesText, readIdentities } from "./read-identities.ts";
import { openSecret, type SecretKey, sealSecret } from "./sealed-secret.ts";
import { ensureSecretKey, readSecretKey, type SecretKeyPlace, secretKeyPlace } from "./secret-key-file.ts";

const IDENTITY_FILE = "users.json";
const LOCK_FILE = "users.lock.sqlite";
/** More than the file and its lock take. */
const CHANGE_BYTES = 1024 * 1024;
const LOCK_TIMEOUT_MS = 10_000;
const KEY_CHECK = "partwise";

/** A data folder, and where its secret key is. */
export interface IdentityFolder {
  readonly folder: string;
  /** Default: `secret.key` in the folder. */
  readonly secretKeyPath?: string | undefined;
}

/** The identities, and the key that opens their secrets. */
export interface OpenedIdentities {
  readonly identities: Identities;
  readonly key: SecretKey;
}

export function identityPath({ folder }: IdentityFolder): string {
  return join(folder, IDENTITY_FILE);
}

export function hasIdentities(place: IdentityFolder): boolean {
  return existsSync(identityPath(place));
}

/** Whether there is a user of this name; undefined without identities. @throws {IdentityError} when they cannot be read */
export function hasUser(place: IdentityFolder, userName: string): boolean | undefined {
  if (!hasIdentities(place)) {
    return undefined;
  }
  const path = identityPath(place);
  return readIdentities(readText(path), path).users.some(({ name }) => name === userName);
}

/**
 * Makes the file when there is none, with the key.
 *
 * @param fill  adds what a new folder has from the beginning
 * @throws {IdentityError} when the key is missing, or is not that of the file
 */
export function ensureIdentities(
  place: IdentityFolder,
  fill: (empty: OpenedIdentities) => Identities,
): OpenedIdentities {
  using _lock = lockIdentities(place.folder);
  if (!hasIdentities(place)) {
    const key = ensureSecretKey(keyPlaceOf(place));
    const keyCheck = sealSecret(KEY_CHECK, KEY_CHECK, key);
    const identities = fill({
      identities: { keyCheck, account: { accessKeys: [] }, users: [], roles: [] },
      key,
    });
    replaceFile(identityPath(place), identitiesText(identities));
  }
  return openIdentities(place);
}

/** @throws {IdentityError} when there are none, they cannot be read, or the key does not open them */
export function openIdentities(place: IdentityFolder): OpenedIdentities {
  const path = identityPath(place);
  const identities = readIdentities(readText(path), path);
  const keyPlace = keyPlaceOf(place);
  const key = readSecretKey(keyPlace);
  assertOpens(identities, key, { path, keyPath: keyPlace.path });
  return { identities, key };
}

/**
 * Changes the file, durably. What fails changes nothing. On a full disk the folder's reserve is given back first: a key that
 * somebody has stolen must not stay good for want of a kilobyte.
 *
 * @throws {IdentityError}
 */
export function changeIdentities<Result>(
  place: IdentityFolder,
  change: (opened: OpenedIdentities) => { readonly identities: Identities; readonly result: Result },
): Result {
  makeRoom(place.folder);
  using _lock = lockIdentities(place.folder);
  const { identities, result } = change(openIdentities(place));
  replaceFile(identityPath(place), identitiesText(identities));
  return result;
}

/** @throws {IdentityError} when the secrets were sealed with another key */
export function assertOpens(
  { keyCheck }: Identities,
  key: SecretKey,
  { path, keyPath }: { readonly path: string; readonly keyPath: string },
): void {
  if (openSecret(keyCheck, KEY_CHECK, key) !== KEY_CHECK) {
    throw new IdentityError(
      `${keyPath} is not the key that sealed the secrets in ${path}; restore the right one`,
    );
  }
}

export function keyPlaceOf({ folder, secretKeyPath }: IdentityFolder): SecretKeyPlace {
  return secretKeyPlace(folder, secretKeyPath);
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new IdentityError(
      isMissing
        ? `${path} is not there: no server has been started on this folder yet`
        : `cannot read ${path}: ${(cause as Error).message}`,
    );
  }
}

function makeRoom(folder: string): void {
  try {
    const { bavail, blocks, bsize } = statfsSync(folder);
    // Some file systems do not say.
    if (blocks !== 0 && bavail * bsize < CHANGE_BYTES) {
      releaseReserve(folder);
    }
  } catch {
    // Of a folder that is not there, or not ours, the change itself tells more.
  }
}

/** An exclusive transaction on a small SQLite file: the kernel lets go of it when the process ends, however it ends. */
function lockIdentities(folder: string): Disposable {
  const path = join(folder, LOCK_FILE);
  try {
    // For its owner alone; a file that is there stays as it is.
    closeSync(openSync(path, "a", 0o600));
    const database = new DatabaseSync(path, { timeout: LOCK_TIMEOUT_MS });
    database.exec("BEGIN EXCLUSIVE");
    return { [Symbol.dispose]: () => database.close() };
  } catch (cause) {
    throw new IdentityError(`cannot lock ${path}: ${(cause as Error).message}`);
  }
}

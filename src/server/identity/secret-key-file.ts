// The key that opens the secrets. It stands in a file of its own, so that who copies the users, in a backup perhaps, has
// no secret of theirs.
import { randomBytes } from "node:crypto";
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeNewFile } from "./durable-files.ts";
import { IdentityError } from "./identity-error.ts";
import { SECRET_KEY_SIZE_BYTES, type SecretKey } from "./sealed-secret.ts";

const KEY_FILE = "secret.key";
const OWNER_ONLY = 0o600;

/** Where the key of a data folder is. */
export interface SecretKeyPlace {
  readonly path: string;
  /** The data folder's own file: the server makes and guards it. Any other is its owner's business. */
  readonly isOwn: boolean;
}

/** @param path  the operator's choice; without one it is `secret.key` in the folder */
export function secretKeyPlace(folder: string, path?: string): SecretKeyPlace {
  return path ? { path, isOwn: false } : { path: join(folder, KEY_FILE), isOwn: true };
}

/** @throws {IdentityError} when it is not there, cannot be read or is no key */
export function readSecretKey({ path, isOwn }: SecretKeyPlace): SecretKey {
  let text: string;
  try {
    text = readFileSync(path, "utf8").trim();
    if (isOwn) {
      // Somebody may have copied the folder about: the key is the owner's alone again.
      chmodSync(path, OWNER_ONLY);
    }
  } catch (cause) {
    throw new IdentityError(`cannot read the secret key ${path}: ${reasonOf(cause)}; ${ADVICE}`);
  }
  const key = Buffer.from(text, "hex");
  if (!/^[0-9a-f]+$/i.test(text) || key.length !== SECRET_KEY_SIZE_BYTES) {
    throw new IdentityError(
      `${path} is no secret key: it must hold ${SECRET_KEY_SIZE_BYTES * 2} hex digits; ${ADVICE}`,
    );
  }
  return key;
}

/** The key, which is made at random where the server guards it itself. @throws {IdentityError} */
export function ensureSecretKey(place: SecretKeyPlace): SecretKey {
  if (place.isOwn) {
    writeNewFile(place.path, `${randomBytes(SECRET_KEY_SIZE_BYTES).toString("hex")}\n`);
  }
  return readSecretKey(place);
}

const ADVICE = "restore it, or name another with PARTWISE_SECRET_KEY_FILE";

function reasonOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code === "ENOENT" ? "it is not there" : (cause as Error).message;
}

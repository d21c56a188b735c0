// Whose backup a folder is. A backup over that of another data folder would remove every blob of it, and a wrong word in a
// crontab is enough. What tells folders from each other is the check value of their users' secrets: it is drawn when the
// users are made, and a folder that was restored from a backup has it too.
import { existsSync, readFileSync } from "node:fs";
import { identityPath } from "../server/identity/identity-file.ts";
import { readIdentities } from "../server/identity/read-identities.ts";
import { CommandError } from "./command-error.ts";

/**
 * Where one of the two has no users, nobody can tell, and nothing is refused.
 *
 * @throws {CommandError} when `target` has users, and others than `data`
 * @throws {IdentityError} when a file of users cannot be read
 */
export function assertBackupOf(data: string, target: string): void {
  const [own, backedUp] = [data, target].map(keyCheckOf);
  if (own !== undefined && backedUp !== undefined && own !== backedUp) {
    throw new CommandError(
      `${target} is a backup of another folder than ${data}, and would be lost; choose another place, or remove it first`,
    );
  }
}

function keyCheckOf(folder: string): string | undefined {
  const path = identityPath({ folder });
  return existsSync(path) ? readIdentities(readFileSync(path, "utf8"), path).keyCheck : undefined;
}

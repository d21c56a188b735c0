// What the commands about users and roles have in common: the folder that is meant, and how a key is shown.
import { resolve } from "node:path";
import { type Command, Option } from "commander";
import type { Credentials } from "../protocol/signing/credentials.ts";
import type { IdentityFolder } from "../server/identity/identity-file.ts";

export interface IdentityFlags {
  readonly data: string;
  readonly json?: true;
}

/** A command with the flags of all of them. */
export function withIdentityFlags(command: Command): Command {
  return command
    .addOption(new Option("--data <folder>", "whose users and roles").default("./partwise-data"))
    .option("--json", "one JSON object instead of lines for people");
}

export function identityFolderOf({ data }: IdentityFlags): IdentityFolder {
  return identityFolder(resolve(data));
}

/** Where the identities of a data folder are, with the secret key that the environment names. */
export function identityFolder(folder: string): IdentityFolder {
  const { PARTWISE_SECRET_KEY_FILE: secretKeyPath } = process.env;
  return { folder, ...(secretKeyPath ? { secretKeyPath } : {}) };
}

/** Shows a new key: the only time that its secret is seen. */
export function showKey(
  holder: string,
  { accessKeyId, accessKeySecret }: Credentials,
  { json }: IdentityFlags,
): void {
  if (json) {
    writeJson({ holder, accessKeyId, accessKeySecret });
    return;
  }
  writeLines([
    `Access key of ${holder}; the secret is shown this once:`,
    `  access key id      ${accessKeyId}`,
    `  access key secret  ${accessKeySecret}`,
  ]);
}

export function writeLines(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
}

export function writeJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

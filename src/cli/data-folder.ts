// What the command keeps in a data folder beside the store and the users: the key of the commands on this machine, and
// where the server is reached.
import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../client/node/durable-file.ts";
import type { Credentials } from "../protocol/signing/credentials.ts";
import { CommandError } from "./command-error.ts";

export interface ServerLocation {
  readonly endpoint: string;
  readonly region: string;
  readonly pid: number;
}

const CREDENTIALS_FILE = "credentials.json";
const LOCATION_FILE = "server.json";
const OWNER_ONLY = 0o600;

/** A new key, at random. */
export function makeCredentials(): Credentials {
  return {
    accessKeyId: `PW${randomBytes(9).toString("hex").toUpperCase()}`,
    accessKeySecret: randomBytes(24).toString("base64url"),
  };
}

/** Keeps the key of this machine's commands in `folder`, readable by the owner alone, in place of the one before. */
export async function keepCredentials(
  folder: string,
  { accessKeyId, accessKeySecret }: Credentials,
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await replaceFile(
    join(folder, CREDENTIALS_FILE),
    `${JSON.stringify({ accessKeyId, accessKeySecret }, null, 2)}\n`,
  );
}

/** @returns undefined when `folder` has none @throws {CommandError} when the file is not usable */
export async function readCredentials(folder: string): Promise<Credentials | undefined> {
  const path = join(folder, CREDENTIALS_FILE);
  const text = await readOptional(path);
  if (text === undefined) {
    return undefined;
  }
  const { accessKeyId, accessKeySecret } = parseObject(text, path);
  if (typeof accessKeyId !== "string" || typeof accessKeySecret !== "string") {
    throw new CommandError(
      `${path} has no accessKeyId and accessKeySecret; mend it, or delete it, and the commands say how to get new ones`,
    );
  }
  // Somebody may have copied the folder about: the secret is the owner's alone again.
  await chmod(path, OWNER_ONLY);
  return { accessKeyId, accessKeySecret };
}

/** Where the server of `folder` is reached while it runs. */
export async function writeServerLocation(folder: string, location: ServerLocation): Promise<void> {
  await writeFile(join(folder, LOCATION_FILE), `${JSON.stringify(location)}\n`, { mode: OWNER_ONLY });
}

export async function removeServerLocation(folder: string): Promise<void> {
  await rm(join(folder, LOCATION_FILE), { force: true });
}

/** @returns undefined when no server of `folder` runs: none has said so, or the one that did was killed */
export async function readServerLocation(folder: string): Promise<ServerLocation | undefined> {
  const path = join(folder, LOCATION_FILE);
  const text = await readOptional(path);
  if (text === undefined) {
    return undefined;
  }
  const { endpoint, region, pid } = parseObject(text, path);
  if (typeof endpoint !== "string" || typeof region !== "string" || typeof pid !== "number") {
    throw new CommandError(`${path} does not say where the server is; delete it and start the server again`);
  }
  return isRunning(pid) ? { endpoint, region, pid } : undefined;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (failure) {
    // It runs, and is another user's.
    return (failure as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function readOptional(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") {
      return undefined;
    }
    throw new CommandError(`cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}

function parseObject(text: string, path: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    // What the parser says quotes what it stands at, which may be a secret.
    throw new CommandError(`${path} is no JSON; mend it, or delete it`);
  }
}

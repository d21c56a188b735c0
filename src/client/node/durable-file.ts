// Writing so that a power cut leaves either what was there or what is there now.

import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { builtInCrypto } from "./built-in-modules.ts";

const { randomUUID } = builtInCrypto();

/** Of files that get their real name when they are whole; a killed process leaves them. */
export const NEW_SUFFIX = ".new";

/** What is kept of uploads tells what a user sends where: nobody else reads it. */
const OWNER_ONLY_FILE = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

/** Puts `text` at `path`, whole or not at all, even through a power cut. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporaryPath = `${path}.${randomUUID()}${NEW_SUFFIX}`;
  try {
    await writeNewFile(temporaryPath, text);
    await rename(temporaryPath, path);
  } catch (error) {
    await rm(temporaryPath, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Writes a file that is not there yet, for its owner alone; durable but for its name. */
export async function writeNewFile(path: string, text: string): Promise<void> {
  await using file = await open(path, "wx", OWNER_ONLY_FILE);
  await file.writeFile(text);
  await file.sync();
}

/**
 * Creates `folder` and those above it that are missing, for the owner alone.
 *
 * Not by Node's recursive mkdir: where no folder can be made, as in /proc, it tries for ever.
 */
export async function makeFolder(folder: string): Promise<void> {
  const missing: string[] = [];
  let path = resolve(folder);
  while (!(await isThere(path)) && path !== dirname(path)) {
    missing.unshift(path);
    path = dirname(path);
  }
  for (const missingPath of missing) {
    try {
      await mkdir(missingPath, { mode: OWNER_ONLY_FOLDER });
    } catch (error) {
      // Somebody else may have been faster.
      if (errorCode(error) !== "EEXIST") {
        throw error;
      }
    }
  }
}

/** The system's name for what went wrong, such as ENOENT. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === "ENOENT") {
      return false;
    }
    throw error;
  }
}

/** Windows cannot open a folder, and writes names through its journal. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") {
    return;
  }
  await using handle = await open(folder, "r");
  await handle.sync();
}

// Files that are there whole or not at all, also after a power cut, and that nobody but their owner reads.

import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const OWNER_ONLY = 0o600;

/** Does nothing where there is a file of this name. */
export function writeNewFile(path: string, text: string): void {
  try {
    writeDurably(path, text);
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code !== "EEXIST") {
      throw failure;
    }
    return;
  }
  syncFolder(dirname(path));
}

/** Puts `text` in the place of what is there. */
export function replaceFile(path: string, text: string): void {
  const newPath = `${path}.${randomUUID()}.new`;
  try {
    writeDurably(newPath, text);
    renameSync(newPath, path);
  } catch (failure) {
    rmSync(newPath, { force: true });
    throw failure;
  }
  syncFolder(dirname(path));
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, "wx", OWNER_ONLY);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function syncFolder(folder: string): void {
  // Windows cannot open a folder, and writes names through its journal.
  if (process.platform === "win32") {
    return;
  }
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

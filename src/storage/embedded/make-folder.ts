// Folders that survive a power cut: each new one is synced in the one above it.
import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { syncDirectory } from "./directory-sync.ts";

const OWNER_ONLY = 0o700;

/** Creates `folder` and those above it that are missing, for the owner alone. */
export async function makeFolder(folder: string): Promise<void> {
  const firstMade = await mkdir(folder, { recursive: true, mode: OWNER_ONLY });
  if (firstMade === undefined) {
    return;
  }
  const highest = dirname(resolve(firstMade));
  let parent = resolve(folder);
  while (parent !== highest) {
    parent = dirname(parent);
    await syncDirectory(parent);
  }
}

// Notes on what the way to each host carried, as small files in a folder. They are worth little: a note that is lost
// costs the next upload a few seconds of finding out, so that nothing here waits for the disk.

import { readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Measurements, NOTE_SIZE_MAX_CHARACTERS } from "../flow/goodput-memory.ts";
import { builtInCrypto } from "./built-in-modules.ts";
import { makeFolder, NEW_SUFFIX } from "./durable-file.ts";

const { createHash, randomUUID } = builtInCrypto();

/** Of so many hosts at most; those of which nothing was heard for longest are forgotten. */
const FILE_COUNT_MAX = 64;

const SUFFIX = ".link";
const OWNER_ONLY_FILE = 0o600;

/** @param folder  need not be there yet */
export function measurementFiles(folder: string): Measurements {
  return {
    async load(host) {
      const path = pathOf(folder, host);
      const { size } = await stat(path);
      return size > NOTE_SIZE_MAX_CHARACTERS ? undefined : await readFile(path, "utf8");
    },

    async save(host, note) {
      const path = pathOf(folder, host);
      const temporaryPath = `${path}.${randomUUID()}${NEW_SUFFIX}`;
      await makeFolder(folder);
      try {
        await writeFile(temporaryPath, note, { mode: OWNER_ONLY_FILE, flag: "wx" });
        await rename(temporaryPath, path);
      } catch (error) {
        await rm(temporaryPath, { force: true });
        throw error;
      }
      await forgetOldest(folder);
    },
  };
}

/** The host's name may have characters that no file's name can have. */
function pathOf(folder: string, host: string): string {
  return join(folder, `${createHash("sha256").update(host).digest("hex").slice(0, 32)}${SUFFIX}`);
}

async function forgetOldest(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.includes(SUFFIX));
  if (names.length <= FILE_COUNT_MAX) {
    return;
  }
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      return { path, writtenAtMs: (await stat(path)).mtimeMs };
    }),
  );
  files.sort((one, other) => other.writtenAtMs - one.writtenAtMs);
  await Promise.all(files.slice(FILE_COUNT_MAX).map(({ path }) => rm(path, { force: true })));
}

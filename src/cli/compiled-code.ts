// A server is several processes that load the same few hundred modules. What V8 makes of them is kept in a folder of the
// user's own, so that the next process need not compile them again: that was more than half of the time of a start.
import { existsSync, mkdirSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";

/**
 * Of modules that this process loads from here on, and its threads and the processes that it starts; written when each ends
 * in order. What cannot be kept is compiled again.
 */
export function keepCompiledCode(): void {
  const folder = env.NODE_COMPILE_CACHE ?? makeFolder();
  if (folder !== undefined) {
    env.NODE_COMPILE_CACHE = folder;
    enableCompileCache(folder);
  }
}

/**
 * Not one that others can write to, such as the system's for temporary files: what lies there is run. Made step by step,
 * for Node comes to no end where a folder cannot be made in another one that is not there and cannot be either.
 *
 * @returns undefined for a user without a home to write in
 */
function makeFolder(): string | undefined {
  try {
    let folder = env.XDG_CACHE_HOME || join(homedir(), ".cache");
    makeUnlessThere(folder);
    for (const name of ["partwise", "compiled"]) {
      folder = join(folder, name);
      makeUnlessThere(folder);
    }
    return folder;
  } catch {
    return undefined;
  }
}

function makeUnlessThere(folder: string): void {
  if (!existsSync(folder)) {
    mkdirSync(folder, { mode: 0o700 });
  }
}

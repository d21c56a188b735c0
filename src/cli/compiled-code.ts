// A server is several processes that load the same few hundred modules. What V8 makes of them is kept in a folder of the
// user's own, so that the next process need not compile them again: that was more than half of the time of a start.
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";

/**
 * Of modules that this process loads from here on, and its threads and the processes that it starts; written when each ends
 * in order. What cannot be kept is compiled again.
 */
export function keepCompiledCode(): void {
  const folder = compiledCodeFolder();
  if (folder !== undefined) {
    env.NODE_COMPILE_CACHE = folder;
    enableCompileCache(folder);
  }
}

/** Not one that others can write to, such as the system's for temporary files: what lies there is run. */
function compiledCodeFolder(): string | undefined {
  if (env.NODE_COMPILE_CACHE !== undefined) {
    return env.NODE_COMPILE_CACHE;
  }
  try {
    return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "partwise", "compiled");
  } catch {
    // A user without a home.
    return undefined;
  }
}

// A server is several processes that load the same few hundred modules. What V8 makes of them is kept in a folder of the
// user's own, so that the next process need not compile them again: that was more than half of the time of a start.
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";

/** Of modules that this process loads from here on; written when it ends in order. What cannot be kept is compiled again. */
export function keepCompiledCode(): void {
  const folder = compiledCodeFolder();
  if (folder !== undefined) {
    enableCompileCache(folder);
  }
}

/** For a process that is to use the same folder from its first module on. */
export function compiledCodeEnvironment(): Readonly<Record<string, string>> {
  const folder = compiledCodeFolder();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
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

// Runs a program to its end and expects success: what it printed, or a failure that shows everything it printed.
import { execFile } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { env } from "node:process";
import { promisify } from "node:util";

const TIMEOUT_MS = 240_000;

/** A registry may leave one request hanging; the next one is answered. */
const NPM_INSTALL_TIMEOUT_MS = 90_000;
const NPM_INSTALL_ATTEMPTS_MAX = 3;
const OUTPUT_MAX_BYTES = 16 * 1024 * 1024;

export interface RunOptions {
  readonly folder: string;
  /** The Node that `#!/usr/bin/env node` finds. Default: the one that runs this test. */
  readonly node?: string;
  readonly timeoutMs?: number;
}

export async function run(
  program: string,
  words: readonly string[],
  { folder, node = process.execPath, timeoutMs = TIMEOUT_MS }: RunOptions,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  try {
    return await promisify(execFile)(program, words, {
      cwd: folder,
      env: userEnvironment(node),
      timeout: timeoutMs,
      maxBuffer: OUTPUT_MAX_BYTES,
    });
  } catch (failure) {
    const { stdout = "", stderr = "" } = failure as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`${program} ${words.join(" ")} failed in ${folder}:\n${stdout}${stderr}`, {
      cause: failure,
    });
  }
}

/** `npm install` with these words. */
export async function npmInstall(words: readonly string[], folder: string): Promise<void> {
  const install = ["install", "--no-audit", "--no-fund", ...words];
  for (let attempt = 1; ; attempt += 1) {
    try {
      await run("npm", install, { folder, timeoutMs: NPM_INSTALL_TIMEOUT_MS });
      return;
    } catch (failure) {
      if (attempt === NPM_INSTALL_ATTEMPTS_MAX) {
        throw failure;
      }
    }
  }
}

/** As a user's shell has it: nothing of the npm script or the test run that this is a part of. */
function userEnvironment(node: string): NodeJS.ProcessEnv {
  const own = Object.entries(env).filter(
    ([name]) => !/^(npm_|NODE_TEST_CONTEXT$|NODE_OPTIONS$|INIT_CWD$|OSS_)/i.test(name),
  );
  return { ...Object.fromEntries(own), PATH: `${dirname(node)}${delimiter}${env.PATH}` };
}

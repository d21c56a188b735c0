// What `npm test` runs: the compiler's checks, then every test that needs only npm packages. What Node compiles is kept
// between the hundreds of processes that the tests are, which would otherwise spend most of their time on that.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { argv, env, execPath, exit } from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
env.NODE_COMPILE_CACHE ??= join(root, "build", "compile-cache");

run([join(root, "node_modules/typescript/bin/tsc"), "-b"]);
run(["--test", "--test-timeout=240000", ...argv.slice(2), "test/!(package)/**/*.test.ts"]);

/** @param {readonly string[]} words */
function run(words) {
  const { status, signal } = spawnSync(execPath, words, { cwd: root, stdio: "inherit" });
  if (status !== 0) {
    exit(status ?? (signal === "SIGINT" ? 130 : 1));
  }
}

// What `npm test` runs: the compiler's checks, then every test that needs only npm packages. What Node compiles is kept
// between the hundreds of processes that the tests are, which would otherwise spend most of their time on that.
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { argv, env, execPath, exit } from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
env.NODE_COMPILE_CACHE ??= join(root, "build", "compile-cache");

run([join(root, "node_modules/typescript/bin/tsc"), "-b"]);
// Node leaves one core free. Tests wait as often as they compute, for disks and for processes that they start.
const concurrency = `--test-concurrency=${availableParallelism() + 1}`;
run(["--test", "--test-timeout=240000", concurrency, ...argv.slice(2), "test/!(package)/**/*.test.ts"]);

/** @param {readonly string[]} words */
function run(words) {
  const { status, signal } = spawnSync(execPath, words, { cwd: root, stdio: "inherit" });
  if (status !== 0) {
    exit(status ?? (signal === "SIGINT" ? 130 : 1));
  }
}

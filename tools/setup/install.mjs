// Installs what package-lock.json names, once, before `npm start` and `npm test`, so that a fresh clone
// needs no step by hand. Plain JavaScript that any Node ≥ 20 can run: the pinned Node arrives with this install.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const lock = join(root, "package-lock.json");
const stamp = join(root, "node_modules", ".partwise-installed");

const wanted = readFileSync(lock, "utf8");
const isInstalled = existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;
if (!isInstalled) {
  process.stderr.write("Setting up: npm ci (once, about 20 seconds) …\n");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const run = spawnSync(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
  if (run.status !== 0) {
    process.stderr.write("npm ci failed; its message stands above. Is a package registry reachable?\n");
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}

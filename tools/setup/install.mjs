// Installs what package-lock.json names, once, before `npm start`, `npm test` and their like, so that a fresh clone
// needs no step by hand. Plain JavaScript that any Node ≥ 20 can run: the pinned Node arrives with this install.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exit, platform, stderr, versions } from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const modules = join(root, "node_modules");
const stamp = join(modules, ".partwise-installed");
const pinnedNode = join(modules, ".bin", platform === "win32" ? "node.cmd" : "node");

const wanted = readFileSync(join(root, "package-lock.json"), "utf8");
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
  stderr.write("Setting up: npm install (once, about 20 seconds) …\n");
  // Not `npm ci`: it demands an entry for every optional package of every other platform, and a registry's mirror that
  // lacks some of them leaves such entries out of the lock file. What the file does name is installed as it says.
  runNpm(["install", "--no-save", "--no-audit", "--no-fund"]);
  linkPinnedNode();
  refuseOldNode();
  writeFileSync(stamp, wanted);
}

/** The newcomer's Node may be older than some packages ask for. They run on the pinned one: no warnings, only errors. */
function runNpm(words) {
  const run = spawnSync("npm", [...words, "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
    shell: platform === "win32",
  });
  if (run.status !== 0) {
    stderr.write(
      `npm ${words[0]} failed; its message stands above. Is a package registry reachable, and is the disk full?\n`,
    );
    exit(1);
  }
}

/**
 * npm 10 installs the pinned Node but loses its link: it clears away the packages of the other platforms together with
 * `.bin/node`, which all of them claim. And where the binary does not run, as on musl, the system's Node must serve.
 */
function linkPinnedNode() {
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, "tools/node/package.json"), "utf8"));
  const installed = Object.keys(optionalDependencies).filter((name) => existsSync(join(modules, name)));
  if (!existsSync(pinnedNode) && installed.length > 0) {
    runNpm(["rebuild", ...installed]);
  }
  if (existsSync(pinnedNode) && !runs(pinnedNode)) {
    rmSync(pinnedNode);
  }
}

function runs(command) {
  return spawnSync(command, ["--version"], { stdio: "ignore", shell: platform === "win32" }).status === 0;
}

function refuseOldNode() {
  const [major = 0, minor = 0] = versions.node.split(".").map(Number);
  const isOld = major < 22 || (major === 22 && minor < 18);
  if (isOld && !existsSync(pinnedNode)) {
    stderr.write(
      `Partwise needs Node 22.18 or newer. This is ${versions.node}, and npm has no Node 26 for this platform.\n`,
    );
    exit(1);
  }
}

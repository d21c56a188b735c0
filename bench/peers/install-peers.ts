// The clients that the benches compare Partwise with, in the versions of their own lock file. They are no dependencies
// of Partwise, so a bench installs them when it first needs them.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const folder = import.meta.dirname;
const stamp = join(folder, "node_modules", ".installed");

/** Installs the peers unless they are there. @throws {Error} if npm fails */
export function installPeers(): void {
  const wanted = readFileSync(join(folder, "package-lock.json"), "utf8");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) {
    return;
  }
  process.stderr.write("Installing the clients to compare with (once) …\n");
  const words = ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"];
  const { status } = spawnSync("npm", words, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) {
    throw new Error("npm could not install the clients to compare with; its message stands above");
  }
  writeFileSync(stamp, wanted);
}

/** What `require(name)` gives among the peers; the caller says what of it is used. */
export function requirePeer<Module>(name: string): Module {
  return createRequire(join(folder, "package.json"))(name) as Module;
}

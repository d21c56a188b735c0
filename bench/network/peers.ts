// The clients that the benches compare Partwise with, in the versions of their lock file. They are no dependencies of
// Partwise, so they are installed where only this bench finds them, when it first needs them.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

const source = join(import.meta.dirname, "../upload/peers");
const folder = join(import.meta.dirname, "../../build/bench-network");
const stamp = join(folder, "installed");

/** Installs the peers unless they are there. @throws {Error} if npm fails */
export async function installPeers(): Promise<void> {
  const wanted = await readFile(join(source, "package-lock.json"), "utf8");
  if (existsSync(stamp) && (await readFile(stamp, "utf8")) === wanted) {
    return;
  }
  await mkdir(folder, { recursive: true });
  for (const name of ["package.json", "package-lock.json"]) {
    await copyFile(join(source, name), join(folder, name));
  }
  process.stderr.write("Installing the clients to compare with (once) …\n");
  const words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
  const { status } = spawnSync("npm", words, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) {
    throw new Error("npm could not install the clients to compare with; its message stands above");
  }
  await writeFile(stamp, wanted);
}

/** What `require(name)` gives among the peers; the caller says what of it is used. */
export function requirePeer<Module>(name: string): Module {
  return createRequire(join(folder, "package.json"))(name) as Module;
}

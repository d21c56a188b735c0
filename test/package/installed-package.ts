// The package as a user gets it: packed, then installed into an empty folder outside this repository.
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { projectFolder } from "../conformance/build-folder.ts";
import { npmInstall, run } from "./run.ts";

const USER_PROGRAMS = fileURLToPath(new URL("user-program", import.meta.url));

export interface PackedFile {
  readonly path: string;
  readonly size: number;
}

export interface PackedPackage {
  /** The tarball's path. */
  readonly tarball: string;
  readonly files: readonly PackedFile[];
  readonly sizeBytes: number;
  readonly unpackedSizeBytes: number;
}

/** Packs what `npm run build` has left in dist/. */
export async function packPackage(folder: string): Promise<PackedPackage> {
  const words = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const { stdout } = await run("npm", words, { folder: projectFolder });
  const report = JSON.parse(stdout) as unknown;
  // npm 10 and 11 print an array, later ones an object with the package's name as its key.
  const [packed] = Object.values(report as Record<string, NpmPackReport>);
  if (packed === undefined) {
    throw new Error(`npm pack reported nothing: ${stdout}`);
  }
  return {
    tarball: join(folder, packed.filename),
    files: packed.files,
    sizeBytes: packed.size,
    unpackedSizeBytes: packed.unpackedSize,
  };
}

/** A user's folder: the tarball and its dependencies, and what a program in TypeScript needs besides. */
export async function installPackage(
  tarball: string,
  folder: string,
  developmentPackages: readonly string[],
) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  await npmInstall([tarball], folder);
  const installed = (await readdir(join(folder, "node_modules"))).filter((name) => !name.startsWith("."));
  await npmInstall(["--save-dev", ...developmentPackages], folder);
  await cp(USER_PROGRAMS, folder, { recursive: true });
  return { installed };
}

export async function makeTemporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "partwise-package-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

interface NpmPackReport {
  readonly filename: string;
  readonly files: readonly PackedFile[];
  readonly size: number;
  readonly unpackedSize: number;
}

// Where the conformance run keeps what it installs: in the git-ignored `build/conformance`, for the next run to reuse.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const projectFolder: string = fileURLToPath(new URL("../../", import.meta.url));
export const conformanceFolder: string = fileURLToPath(new URL("./", import.meta.url));
export const buildFolder: string = join(projectFolder, "build/conformance");

/**
 * Calls `install` unless an earlier call with the same `stamp` came to its end. The stamp says what is installed, so
 * that another version is installed anew; it is written last, so that half an installation is no installation.
 */
export async function installOnce(
  { name, stamp }: { readonly name: string; readonly stamp: string },
  install: () => Promise<void>,
): Promise<void> {
  const stampFile = join(buildFolder, "stamps", name);
  if ((await readOptional(stampFile)) === stamp) {
    return;
  }
  await install();
  await mkdir(dirname(stampFile), { recursive: true });
  await writeFile(stampFile, stamp);
}

async function readOptional(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") {
      return undefined;
    }
    throw cause;
  }
}

// Sources that Debian packages, unpacked into the run's own folder: nothing is installed on the machine.
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { buildFolder, installOnce } from "../build-folder.ts";
import { type CommandOutcome, runCommand } from "../run-command.ts";
import { SuiteUnavailable } from "../suite.ts";
import { installDebianPackages } from "../system-packages.ts";

const TIMEOUT_MS = 120_000;
const packageFolder = join(buildFolder, "debian-packages");

/** What `GOPATH` has to be for Go to find the sources that Debian's packages bring. */
export const debianGoPath: string = join(buildFolder, "debian/usr/share/gocode");

/**
 * @param packages  names, with `=VERSION` where it matters
 * @throws {SuiteUnavailable}
 */
export async function unpackDebianSources(packages: readonly string[], signal: AbortSignal): Promise<void> {
  await installOnce({ name: "debian-sources", stamp: packages.join("\n") }, async () => {
    await rm(packageFolder, { recursive: true, force: true });
    await mkdir(packageFolder, { recursive: true });
    await download(packages, signal);
    for (const file of await readdir(packageFolder)) {
      const words = ["-x", join(packageFolder, file), join(buildFolder, "debian")];
      if ((await run("dpkg", words, signal))?.exitCode !== 0) {
        throw new SuiteUnavailable("Debian's packages cannot be unpacked here");
      }
    }
  });
}

async function download(packages: readonly string[], signal: AbortSignal): Promise<void> {
  const words = ["-qq", "download", ...packages];
  const first = await run("apt-get", words, signal);
  if (first === undefined) {
    throw new SuiteUnavailable("the client's tests come from Debian, and there is no apt-get here");
  }
  if (first.exitCode === 0) {
    return;
  }
  // The lists of packages may be missing or old. Naming no package brings the lists alone up to date.
  await installDebianPackages([], signal);
  if ((await run("apt-get", words, signal))?.exitCode !== 0) {
    throw new SuiteUnavailable(`apt-get does not find ${packages[0]}`);
  }
}

/** @returns undefined when there is no such program */
async function run(
  file: string,
  words: readonly string[],
  signal: AbortSignal,
): Promise<CommandOutcome | undefined> {
  const command = { file, arguments: words, workingFolder: packageFolder, timeoutMs: TIMEOUT_MS, signal };
  try {
    return await runCommand({ ...command, log: "install-system-packages" });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") {
      return undefined;
    }
    throw cause;
  }
}

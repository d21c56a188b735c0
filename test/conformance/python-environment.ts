// A Python environment of the run's own, with clients at pinned versions.
import { access, rm } from "node:fs/promises";
import { join } from "node:path";
import { buildFolder, installOnce } from "./build-folder.ts";
import { runCommand } from "./run-command.ts";
import { SuiteUnavailable } from "./suite.ts";
import { installDebianPackages } from "./system-packages.ts";

const environmentFolder = join(buildFolder, "python");
const INSTALL_TIMEOUT_MS = 240_000;

/** The interpreter that has the clients. */
export const pythonFile: string = join(environmentFolder, "bin/python");

/** So that nothing on the way to this machine's own server goes through a proxy, and nothing is written beside sources. */
export const pythonSettings: Readonly<Record<string, string>> = {
  NO_PROXY: "127.0.0.1,localhost",
  no_proxy: "127.0.0.1,localhost",
  PYTHONDONTWRITEBYTECODE: "1",
  PYTHONUNBUFFERED: "1",
};

/**
 * @param requirement  such as `oss2==2.19.1`
 * @throws {SuiteUnavailable}
 */
export async function installPythonClient(requirement: string, signal: AbortSignal): Promise<void> {
  await makeEnvironment(signal);
  const name = requirement.split("==")[0] ?? requirement;
  await installOnce({ name, stamp: requirement }, async () => {
    const words = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", requirement];
    await succeed(pythonFile, words, `${requirement} could not be installed with pip`, signal);
  });
}

/**
 * Unpacks the archive of sources that the package index has of a client, with the tests that are in it.
 *
 * @param requirement  such as `oss2==2.19.1`
 * @returns the folder of the sources
 * @throws {SuiteUnavailable}
 */
export async function unpackPythonSources(requirement: string, signal: AbortSignal): Promise<string> {
  const folder = join(buildFolder, "python-sources");
  await installOnce({ name: "python-sources", stamp: requirement }, async () => {
    await rm(folder, { recursive: true, force: true });
    const options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-binary", ":all:"];
    const download = ["-m", "pip", "download", ...options, "--dest", folder, requirement];
    const refusal = `the sources of ${requirement} could not be fetched with pip`;
    await succeed(pythonFile, download, refusal, signal);
    const archive = join(folder, `${requirement.replace("==", "-")}.tar.gz`);
    await succeed(pythonFile, ["-m", "tarfile", "-e", archive, folder], refusal, signal);
  });
  return join(folder, requirement.replace("==", "-"));
}

async function makeEnvironment(signal: AbortSignal): Promise<void> {
  if (await isThere(pythonFile)) {
    return;
  }
  await rm(join(buildFolder, "stamps"), { recursive: true, force: true });
  if (await tryMakeEnvironment(signal)) {
    return;
  }
  // Debian ships Python without what makes environments.
  await installDebianPackages(["python3", "python3-venv"], signal);
  if (!(await tryMakeEnvironment(signal))) {
    throw new SuiteUnavailable(
      "there is no python3 here, or it makes no virtual environment (on Debian: the package python3-venv)",
    );
  }
}

async function tryMakeEnvironment(signal: AbortSignal): Promise<boolean> {
  try {
    await rm(environmentFolder, { recursive: true, force: true });
    await succeed("python3", ["-m", "venv", environmentFolder], "", signal);
    return true;
  } catch (cause) {
    if (cause instanceof SuiteUnavailable) {
      await rm(environmentFolder, { recursive: true, force: true });
      return false;
    }
    throw cause;
  }
}

async function succeed(
  file: string,
  words: readonly string[],
  refusal: string,
  signal: AbortSignal,
): Promise<void> {
  const command = { file, arguments: words, timeoutMs: INSTALL_TIMEOUT_MS, signal, log: "install-python" };
  const outcome = await runCommand(command).catch((cause) => {
    throw signal.aborted ? cause : new SuiteUnavailable("there is no python3 here", { cause });
  });
  if (outcome.exitCode !== 0) {
    throw new SuiteUnavailable(refusal);
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

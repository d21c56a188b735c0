// Go, with its caches in the run's own folder, to build clients from modules at pinned versions.
import { join } from "node:path";
import { buildFolder, conformanceFolder } from "./build-folder.ts";
import { runCommand } from "./run-command.ts";
import { SuiteUnavailable } from "./suite.ts";
import { installDebianPackages } from "./system-packages.ts";

const BUILD_TIMEOUT_MS = 300_000;

const goSettings: Readonly<Record<string, string>> = {
  GOPATH: join(buildFolder, "go"),
  GOCACHE: join(buildFolder, "go-cache"),
  // Writable, so that deleting the folder needs no more than deleting it. The sources are no checkout of their own.
  GOFLAGS: "-modcacherw -buildvcs=false",
  GOTOOLCHAIN: "local",
};

export interface GoProgram {
  /** The folder in test/conformance that has go.mod and go.sum, which pin every version. */
  readonly module: string;
  /** `.` for the module's own program, or the path of one that it requires. */
  readonly packagePath: string;
}

/** Where the program is once it is built. */
export function goProgramFile({ module }: GoProgram): string {
  return join(buildFolder, "bin", module);
}

/** Builds the program; Go itself knows what is built already. @throws {SuiteUnavailable} */
export async function buildGoProgram(program: GoProgram, signal: AbortSignal): Promise<void> {
  const sources = join(conformanceFolder, program.module);
  const words = ["build", "-o", goProgramFile(program), program.packagePath];
  const exitCode = await runGo(words, sources, signal);
  if (exitCode === undefined) {
    throw new SuiteUnavailable("there is no Go toolchain here");
  }
  if (exitCode !== 0) {
    throw new SuiteUnavailable(`the Go program ${program.module} could not be built from its pinned modules`);
  }
}

/** @returns undefined where there is no Go, and none can be installed */
async function runGo(
  words: readonly string[],
  workingFolder: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  const run = () => tryGo(words, workingFolder, signal);
  const exitCode = await run();
  if (exitCode !== undefined) {
    return exitCode;
  }
  await installDebianPackages(["golang-go"], signal);
  return run();
}

async function tryGo(
  words: readonly string[],
  workingFolder: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  const command = { file: "go", arguments: words, workingFolder, environment: goSettings, signal };
  try {
    const outcome = await runCommand({ ...command, timeoutMs: BUILD_TIMEOUT_MS, log: "install-go" });
    return outcome.exitCode ?? -1;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") {
      return undefined;
    }
    throw cause;
  }
}

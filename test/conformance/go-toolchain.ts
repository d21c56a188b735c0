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

/** The tests that come with a package, as a program. */
export interface GoTestProgram extends GoProgram {
  /** What the program is called, for a module has tests of several packages. */
  readonly name: string;
  /** A build tag without which the tests are left out. */
  readonly tag?: string;
  /** Where the sources are when they come from no module. */
  readonly goPath?: string;
}

/** Where the program is once it is built. */
export function goProgramFile(program: GoProgram | GoTestProgram): string {
  return join(buildFolder, "bin", "name" in program ? program.name : program.module);
}

/** Builds the program; Go itself knows what is built already. @throws {SuiteUnavailable} */
export async function buildGoProgram(program: GoProgram, signal: AbortSignal): Promise<void> {
  const words = ["build", "-o", goProgramFile(program), program.packagePath];
  await build(program, words, goSettings, signal);
}

/** Builds the tests of a package that others wrote. They are not ours to vet. @throws {SuiteUnavailable} */
export async function buildGoTests(program: GoTestProgram, signal: AbortSignal): Promise<void> {
  const tags = program.tag === undefined ? [] : ["-tags", program.tag];
  const words = ["test", "-c", "-vet=off", ...tags, "-o", goProgramFile(program), program.packagePath];
  const { goPath } = program;
  const settings = goPath === undefined ? goSettings : { ...goSettings, GOPATH: goPath, GO111MODULE: "off" };
  await build(program, words, settings, signal);
}

/** Fetches the modules that a folder's go.mod names, for what is beside their sources. @throws {SuiteUnavailable} */
export async function downloadGoModules(module: string, signal: AbortSignal): Promise<void> {
  await build({ module, packagePath: "" }, ["mod", "download"], goSettings, signal);
}

async function build(
  program: GoProgram | GoTestProgram,
  words: readonly string[],
  settings: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  const sources = join(conformanceFolder, program.module);
  const exitCode = await runGo(words, sources, settings, signal);
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
  settings: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<number | undefined> {
  const run = () => tryGo(words, workingFolder, settings, signal);
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
  settings: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<number | undefined> {
  const command = { file: "go", arguments: words, workingFolder, environment: settings, signal };
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

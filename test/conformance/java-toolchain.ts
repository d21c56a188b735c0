// Java and Maven, with Maven's repository in the run's own folder, to build a client's program at pinned versions.

import { readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { buildFolder, conformanceFolder, installOnce } from "./build-folder.ts";
import { runCommand } from "./run-command.ts";
import { SuiteUnavailable } from "./suite.ts";
import { installDebianPackages } from "./system-packages.ts";

const BUILD_TIMEOUT_MS = 240_000;
const classFolder = join(buildFolder, "java-sdk");
const classPathFile = join(classFolder, "class-path");

/** Builds test/conformance/java-sdk, unless its sources are as they were. @throws {SuiteUnavailable} */
export async function buildJavaProgram(signal: AbortSignal): Promise<void> {
  const sources = ["pom.xml", "src/main/java/Scenarios.java"].map((name) =>
    readFile(join(conformanceFolder, "java-sdk", name), "utf8"),
  );
  const stamp = (await Promise.all(sources)).join("\n");
  await installOnce({ name: "java-sdk", stamp }, async () => {
    if (!(await isJavaThere(signal))) {
      await installDebianPackages(["default-jdk-headless", "maven"], signal);
    }
    const exitCode = await runMaven(signal);
    if (exitCode === undefined) {
      throw new SuiteUnavailable("there is no Maven here");
    }
    if (exitCode !== 0) {
      throw new SuiteUnavailable("the Java program could not be built from its pinned dependencies");
    }
  });
}

/** What `java` is to be called with. */
export async function javaArguments(): Promise<readonly string[]> {
  const libraries = (await readFile(classPathFile, "utf8")).trim();
  return ["-cp", [join(classFolder, "classes"), libraries].join(delimiter), "Scenarios"];
}

async function isJavaThere(signal: AbortSignal): Promise<boolean> {
  const command = { file: "mvn", arguments: ["--version"], timeoutMs: BUILD_TIMEOUT_MS, signal };
  return (await tryRun({ ...command, log: "install-java" })) === 0;
}

function runMaven(signal: AbortSignal): Promise<number | undefined> {
  const settings = [
    ...["--quiet", "--batch-mode", "--file", join(conformanceFolder, "java-sdk/pom.xml")],
    ...[`-Dmaven.repo.local=${join(buildFolder, "maven")}`, `-Dconformance.build=${classFolder}`],
  ];
  const goals = ["compile", "dependency:build-classpath", `-Dmdep.outputFile=${classPathFile}`];
  const command = { file: "mvn", arguments: [...settings, ...goals], timeoutMs: BUILD_TIMEOUT_MS, signal };
  return tryRun({ ...command, log: "install-java" });
}

/** @returns undefined when there is no such program */
async function tryRun(command: Parameters<typeof runCommand>[0]): Promise<number | undefined> {
  try {
    return (await runCommand(command)).exitCode ?? -1;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") {
      return undefined;
    }
    throw cause;
  }
}

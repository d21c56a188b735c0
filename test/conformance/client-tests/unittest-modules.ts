// Tests written for Python's unittest, as those of oss2: a module of them is a program of its own.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { conformanceFolder } from "../build-folder.ts";
import { pythonFile, pythonSettings } from "../python-environment.ts";
import { type CommandOutcome, runCommand } from "../run-command.ts";
import { scenarioResults } from "../scenario-lines.ts";
import type { ScenarioResult, SignatureVersion, TestServer } from "../suite.ts";
import { chooseTests, type Exclusion } from "./choose-tests.ts";
import { namesByPlace } from "./names-by-place.ts";
import { runInParallel } from "./run-in-parallel.ts";
import { testSettings } from "./test-settings.ts";

export interface UnittestModules {
  /** The folder that has the package `tests`. */
  readonly sourceFolder: string;
  /** Such as `test_object`. */
  readonly modules: readonly string[];
  readonly exclusions: readonly Exclusion[];
  readonly log: string;
  readonly timeoutMs: number;
}

const runner = join(conformanceFolder, "client-tests/run_unittests.py");

export async function runUnittestModules(
  tests: UnittestModules,
  signature: SignatureVersion,
  server: TestServer,
  signal: AbortSignal,
): Promise<ScenarioResult[]> {
  const run = { tests, signature, server, signal };
  const { standardOutput } = await runPython(run, ["list", ...tests.modules]);
  const listed = standardOutput.split("\n").filter((line) => /^test_\w+\.\w+\.\w+$/.test(line));
  const { chosen, results } = chooseTests(listed, tests.exclusions, signature);
  const found = await runInParallel(namesByPlace(chosen), (names) => runModule(run, names));
  return [...found.flat(), ...results];
}

interface Run {
  readonly tests: UnittestModules;
  readonly signature: SignatureVersion;
  readonly server: TestServer;
  readonly signal: AbortSignal;
}

async function runModule(run: Run, names: readonly string[]): Promise<ScenarioResult[]> {
  const outcome = await runPython(run, ["run", ...names]);
  const reported = scenarioResults(outcome, run.signature).filter(({ name }) => names.includes(name));
  return names.map(
    (name) => reported.find((result) => result.name === name) ?? withoutResult(name, run, outcome),
  );
}

function withoutResult(
  name: string,
  { signature }: Run,
  { isTimedOut, output }: CommandOutcome,
): ScenarioResult {
  const reason = isTimedOut ? "the time limit ended it" : `there is no result of it: ${output.slice(-300)}`;
  return { signature, name, verdict: "failed", reason };
}

async function runPython(
  { tests, signature, server, signal }: Run,
  words: readonly string[],
): Promise<CommandOutcome> {
  const workingFolder = await mkdtemp(join(tmpdir(), "partwise-unittest-"));
  try {
    return await runCommand({
      file: pythonFile,
      arguments: [runner, ...words],
      workingFolder,
      environment: {
        ...pythonSettings,
        PYTHONPATH: tests.sourceFolder,
        ...testSettings(server),
        OSS_TEST_AUTH_VERSION: signature.toLowerCase(),
      },
      timeoutMs: tests.timeoutMs,
      signal,
      log: tests.log,
    });
  } finally {
    await rm(workingFolder, { recursive: true, force: true });
  }
}

// Tests written for Python's unittest, as those of oss2: a module of them is a program of its own.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pythonFile, pythonSettings } from "../python-environment.ts";
import { runCommand } from "../run-command.ts";
import type { ScenarioResult, SignatureVersion, TestServer } from "../suite.ts";
import { accountForTests } from "./account-for-tests.ts";
import { chooseTests, type Exclusion } from "./choose-tests.ts";
import { unittestTests } from "./reported-tests.ts";
import { runInParallel } from "./run-in-parallel.ts";

export interface UnittestModules {
  /** The folder that has the package `tests`. */
  readonly sourceFolder: string;
  /** Such as `test_object`. */
  readonly modules: readonly string[];
  readonly exclusions: readonly Exclusion[];
  readonly log: string;
  readonly timeoutMs: number;
}

/** Prints a line for each test: `module.Class.method`. */
const listingProgram = `
import sys, unittest
def walk(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            walk(test)
        else:
            print('.'.join(test.id().split('.')[-3:]))
for module in sys.argv[1:]:
    walk(unittest.defaultTestLoader.loadTestsFromName('tests.' + module))
`;

export async function runUnittestModules(
  tests: UnittestModules,
  signature: SignatureVersion,
  server: TestServer,
  signal: AbortSignal,
): Promise<ScenarioResult[]> {
  const run = { tests, signature, server, signal };
  const { standardOutput } = await runPython(run, ["-c", listingProgram, ...tests.modules]);
  const listed = standardOutput.split("\n").filter((line) => /^test_\w+\.\w+\.\w+$/.test(line));
  const { chosen, results } = chooseTests(listed, tests.exclusions, signature);
  const modules = [...Map.groupBy(chosen, (name) => name.split(".")[0]).values()];
  const found = await runInParallel(modules, (names) => runModule(run, names));
  return [...found.flat(), ...results];
}

interface Run {
  readonly tests: UnittestModules;
  readonly signature: SignatureVersion;
  readonly server: TestServer;
  readonly signal: AbortSignal;
}

async function runModule(run: Run, names: readonly string[]): Promise<ScenarioResult[]> {
  const words = ["-m", "unittest", "-v", ...names.map((name) => `tests.${name}`)];
  const outcome = await runPython(run, words);
  return accountForTests(names, unittestTests(outcome.output), outcome, run.signature);
}

async function runPython({ tests, signature, server, signal }: Run, words: readonly string[]) {
  const workingFolder = await mkdtemp(join(tmpdir(), "partwise-unittest-"));
  try {
    return await runCommand({
      file: pythonFile,
      arguments: words,
      workingFolder,
      environment: {
        ...pythonSettings,
        PYTHONPATH: tests.sourceFolder,
        OSS_TEST_ENDPOINT: server.endpoint,
        OSS_TEST_REGION: server.region,
        OSS_TEST_ACCESS_KEY_ID: server.accessKeyId,
        OSS_TEST_ACCESS_KEY_SECRET: server.accessKeySecret,
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

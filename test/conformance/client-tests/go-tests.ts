// Tests written for Go's own runner, as those of the second Go client: each as a program of its own, for a test that
// panics takes its program with it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../run-command.ts";
import type { ScenarioResult, SignatureVersion, TestServer } from "../suite.ts";
import { accountForTests } from "./account-for-tests.ts";
import { chooseTests, type Exclusion } from "./choose-tests.ts";
import { goTests } from "./reported-tests.ts";
import { runInParallel } from "./run-in-parallel.ts";
import { testSettings } from "./test-settings.ts";

export interface GoTests {
  readonly programFile: string;
  readonly log: string;
  /** Names of all the tests that ask a server. */
  readonly listed: readonly string[];
  readonly exclusions: readonly Exclusion[];
  readonly timeoutMs: number;
}

export async function runGoTests(
  tests: GoTests,
  signature: SignatureVersion,
  server: TestServer,
  signal: AbortSignal,
): Promise<ScenarioResult[]> {
  const { chosen, results } = chooseTests(tests.listed, tests.exclusions, signature);
  const found = await runInParallel(chosen, (name) => runTest(tests, { name, signature }, server, signal));
  return [...found.flat(), ...results];
}

async function runTest(
  tests: GoTests,
  { name, signature }: { readonly name: string; readonly signature: SignatureVersion },
  server: TestServer,
  signal: AbortSignal,
): Promise<ScenarioResult[]> {
  const { programFile, log, timeoutMs } = tests;
  const workingFolder = await mkdtemp(join(tmpdir(), "partwise-go-tests-"));
  try {
    const outcome = await runCommand({
      file: programFile,
      arguments: ["-test.v", "-test.run", `^${name}$`],
      workingFolder,
      environment: {
        ...testSettings(server),
        OSS_TEST_SIGNATURE_VERSION: signature.toLowerCase(),
        // Each test deletes, before and after, every bucket whose name begins so.
        OSS_TEST_BUCKET_PREFIX: `test-${tests.listed.indexOf(name)}-`,
      },
      timeoutMs,
      signal,
      log,
    });
    return accountForTests([name], goTests(outcome.output), outcome, signature);
  } finally {
    await rm(workingFolder, { recursive: true, force: true });
  }
}

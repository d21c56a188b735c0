// Tests written for gocheck, as those of the first Go client: whole suites, each as a program of its own.
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildFolder } from "../build-folder.ts";
import { type CommandOutcome, runCommand } from "../run-command.ts";
import { type ScenarioResult, SuiteUnavailable, type TestServer } from "../suite.ts";
import { accountForTests } from "./account-for-tests.ts";
import { chooseTests, type Exclusion } from "./choose-tests.ts";
import { namesByPlace } from "./names-by-place.ts";
import { gocheckTests } from "./reported-tests.ts";
import { runInParallel } from "./run-in-parallel.ts";
import { testSettings } from "./test-settings.ts";

export interface GocheckSuites {
  readonly programFile: string;
  readonly log: string;
  readonly suites: readonly string[];
  readonly exclusions: readonly Exclusion[];
  /** So many tests of one suite run in a program; all suites in one program when it is absent. */
  readonly testsPerProgram?: number;
  readonly timeoutMs: number;
}

/** What the tests upload comes with the module of the client; some of them know the ETag of the photograph. */
const sampleNames = ["BingWallpaper-2015-11-07.jpg", "The Go Programming Language.html"];
/** The tests want a file whose time of change has no fraction of a second. */
const SAMPLE_TIME_SECONDS = 1_450_348_983;
const sampleFolder = join(
  buildFolder,
  "go/pkg/mod/github.com/aliyun/aliyun-oss-go-sdk@v3.0.2+incompatible/sample",
);

export async function runGocheckSuites(
  tests: GocheckSuites,
  server: TestServer,
  signal: AbortSignal,
): Promise<ScenarioResult[]> {
  const listed = await listTests(tests, signal);
  const { chosen, results } = chooseTests(listed, tests.exclusions, "V1");
  const found = await runInParallel(groupsOf(chosen, tests), (group) =>
    runGroup(tests, group, server, signal),
  );
  return [...found.flat(), ...results];
}

async function listTests(tests: GocheckSuites, signal: AbortSignal): Promise<string[]> {
  const { standardOutput } = await runProgram(tests, ["-check.list"], {}, signal);
  return standardOutput
    .split("\n")
    .filter((name) => tests.suites.some((suite) => name.startsWith(`${suite}.`)));
}

/** Each suite is set up by every program that has tests of it. */
function groupsOf(names: readonly string[], { testsPerProgram }: GocheckSuites): (readonly string[])[] {
  if (testsPerProgram === undefined) {
    return [names];
  }
  return namesByPlace(names).flatMap((all) => {
    const count = Math.ceil(all.length / testsPerProgram);
    return Array.from({ length: count }, (_, group) => all.filter((_name, index) => index % count === group));
  });
}

async function runGroup(
  tests: GocheckSuites,
  names: readonly string[],
  server: TestServer,
  signal: AbortSignal,
): Promise<ScenarioResult[]> {
  const pattern = `^(${names.map((name) => name.replaceAll(".", "\\.")).join("|")})$`;
  const settings = {
    ...testSettings(server),
    // The tests count the characters of a time as text.
    TZ: "UTC",
  };
  const outcome = await runProgram(tests, ["-check.v", "-check.f", pattern], settings, signal);
  return accountForTests(names, gocheckTests(outcome.standardOutput), outcome, "V1");
}

/** The tests write files where they stand, and look for their samples beside that. */
async function runProgram(
  { programFile, timeoutMs, log }: GocheckSuites,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<CommandOutcome> {
  const folder = await mkdtemp(join(tmpdir(), "partwise-gocheck-"));
  try {
    const workingFolder = join(folder, "oss");
    await mkdir(workingFolder);
    await layOutSamples(join(folder, "sample"));
    return await runCommand({
      file: programFile,
      arguments: words,
      workingFolder,
      environment,
      timeoutMs,
      signal,
      log,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function layOutSamples(folder: string): Promise<void> {
  await mkdir(folder);
  for (const name of sampleNames) {
    const bytes = await readFile(join(sampleFolder, name)).catch((cause) => {
      throw new SuiteUnavailable("the samples that the tests upload are not there", { cause });
    });
    await writeFile(join(folder, name), bytes);
    await utimes(join(folder, name), SAMPLE_TIME_SECONDS, SAMPLE_TIME_SECONDS);
  }
}

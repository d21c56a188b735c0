// `npm run conformance`: other people's clients against the real server, one suite after another.
//
//     node test/conformance/run.ts             every suite; writes docs/CONFORMANCE.md
//     node test/conformance/run.ts oss2 …      these suites alone; writes nothing
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { argv } from "node:process";
import { buildFolder, projectFolder } from "./build-folder.ts";
import { closingLine, reportDocument, reportTable, type SuiteReport } from "./report.ts";
import { servePartwise } from "./served-partwise.ts";
import { type ScenarioResult, type Suite, SuiteUnavailable, signatureVersions } from "./suite.ts";
import { suites } from "./suites.ts";

const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => interruption.abort(new Error(`interrupted by ${signal}`)));
}

const names = argv.slice(2);
await rm(join(buildFolder, "logs"), { recursive: true, force: true });
const reports: SuiteReport[] = [];
for (const suite of chosenSuites(names)) {
  console.log(`${suite.name}: ${suite.client} ${suite.version}`);
  reports.push(await runSuite(suite, interruption.signal));
}
if (names.length === 0) {
  await writeFile(join(projectFolder, "docs/CONFORMANCE.md"), reportDocument(reports));
}
console.log(`\n${reportTable(reports)}\n`);
console.log(closingLine(reports));
process.exitCode = isGreen(reports) ? 0 : 1;

function chosenSuites(wanted: readonly string[]): readonly Suite[] {
  const unknown = wanted.filter((name) => suites.every((suite) => suite.name !== name));
  if (unknown.length > 0) {
    throw new Error(
      `there is no suite ${unknown.join(", ")}; there are ${suites.map(({ name }) => name).join(", ")}`,
    );
  }
  return wanted.length === 0 ? suites : suites.filter(({ name }) => wanted.includes(name));
}

async function runSuite(suite: Suite, signal: AbortSignal): Promise<SuiteReport> {
  try {
    await suite.prepare(signal);
  } catch (failure) {
    if (failure instanceof SuiteUnavailable) {
      return { suite, results: [], notRun: failure.message };
    }
    throw failure;
  }
  return { suite, results: await runOverServer(suite, signal) };
}

async function runOverServer(suite: Suite, signal: AbortSignal): Promise<ScenarioResult[]> {
  await using server = await servePartwise(`server-${suite.name}`);
  const results = [...(await suite.run(server.address, signal))];
  // A suite that found nothing to run must not look like one that found nothing wrong.
  for (const signature of suite.signatures ?? signatureVersions) {
    if (!results.some((result) => result.signature === signature)) {
      results.push({ signature, name: "runs at all", verdict: "failed", reason: "there is no result" });
    }
  }
  const trouble = await server.stop();
  const name = "the server serves it without a failure of its own and stops in order";
  return [...results, verdictOnServer(name, trouble)];
}

function verdictOnServer(name: string, trouble: string | undefined): ScenarioResult {
  const signature = "V1 and V4" as const;
  return trouble === undefined
    ? { signature, name, verdict: "passed" }
    : { signature, name, verdict: "failed", reason: trouble };
}

function isGreen(all: readonly SuiteReport[]): boolean {
  const results = all.flatMap((report) => report.results);
  const isAnyPassed = results.some(({ verdict }) => verdict === "passed");
  return isAnyPassed && results.every(({ verdict }) => verdict !== "failed");
}

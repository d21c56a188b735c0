// What the run found, for a terminal and for docs/CONFORMANCE.md. The document says nothing of times, machines or
// folders, so that it changes when a result changes, and only then.
import type { ScenarioResult, Suite, Verdict } from "./suite.ts";

export interface SuiteReport {
  readonly suite: Suite;
  readonly results: readonly ScenarioResult[];
  /** Why the suite was not run at all. */
  readonly notRun?: string;
}

/** The line that closes the run; a suite that was not run counts as one skipped. */
export function closingLine(reports: readonly SuiteReport[]): string {
  const results = reports.flatMap((report) => report.results);
  const notRunCount = reports.filter((report) => report.notRun !== undefined).length;
  const skippedCount = countOf(results, "excluded") + notRunCount;
  return `${countOf(results, "passed")} passed, ${countOf(results, "failed")} failed, ${skippedCount} skipped`;
}

export function reportTable(reports: readonly SuiteReport[]): string {
  const heading = ["suite", "version", "signature", "result"];
  const rows = [heading, ...reports.flatMap(tableRows)];
  const widths = heading.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return [...lines, ...reports.flatMap(remarks)].join("\n");
}

function tableRows({ suite, results, notRun }: SuiteReport): string[][] {
  if (notRun !== undefined) {
    return [[suite.name, suite.version, "", `not run: ${notRun}`]];
  }
  return bySignature(results).map(([signature, group]) => [
    suite.name,
    suite.version,
    signature,
    `${countOf(group, "passed")} passed, ${countOf(group, "failed")} failed, ${countOf(group, "excluded")} not run`,
  ]);
}

function remarks({ suite, results }: SuiteReport): string[] {
  return results
    .filter(({ verdict }) => verdict !== "passed")
    .map((result) => {
      const word = result.verdict === "failed" ? "FAILED" : "not run";
      return `${word}  ${suite.name} ${result.signature}  ${result.name}: ${result.reason}`;
    });
}

/** The whole of docs/CONFORMANCE.md. */
export function reportDocument(reports: readonly SuiteReport[]): string {
  return [
    "# Conformance",
    "",
    "`npm run conformance` runs other people's clients against `partwise serve` and writes this page. Every suite gets a",
    "server of its own over a fresh folder. The clients are installed at these versions into `build/conformance`.",
    "",
    "| suite | client | version | signature | passed | failed | not run |",
    "|---|---|---|---|---|---|---|",
    ...reports.flatMap(documentRows),
    ...reports.flatMap(documentSection),
    "",
  ].join("\n");
}

function documentRows({ suite, results, notRun }: SuiteReport): string[] {
  const first = `| ${suite.name} | ${suite.client} | ${suite.version}`;
  if (notRun !== undefined) {
    return [`${first} | | | | all: ${notRun} |`];
  }
  return bySignature(results).map(([signature, group]) => {
    const counts = [countOf(group, "passed"), countOf(group, "failed"), countOf(group, "excluded")];
    return `${first} | ${signature} | ${counts.join(" | ")} |`;
  });
}

function documentSection({ suite, results, notRun }: SuiteReport): string[] {
  const heading = ["", `## ${suite.name}`, "", suite.describes];
  if (notRun !== undefined) {
    return [...heading, "", `Not run: ${notRun}.`];
  }
  return [
    ...heading,
    ...list("Failed", results, "failed"),
    ...list("Not run, and why", results, "excluded"),
    ...list("Passed", results, "passed"),
  ];
}

/** One line for each scenario, with the signatures it ran under. */
function list(title: string, results: readonly ScenarioResult[], verdict: Verdict): string[] {
  const chosen = results.filter((result) => result.verdict === verdict);
  if (chosen.length === 0) {
    return [];
  }
  // A failure's own words may name ports, ids and folders; the reason for leaving something out is written by hand.
  const textOf = ({ name, reason }: ScenarioResult) => (verdict === "excluded" ? `${name}: ${reason}` : name);
  const lines = grouped(chosen, textOf).map(
    ([text, group]) => `- ${text} (${group.map(({ signature }) => signature).join(", ")})`,
  );
  return ["", `${title}:`, "", ...lines];
}

function bySignature(results: readonly ScenarioResult[]): [string, ScenarioResult[]][] {
  return grouped(results, ({ signature }) => signature);
}

/** In the order in which the groups first come. */
function grouped(
  results: readonly ScenarioResult[],
  keyOf: (result: ScenarioResult) => string,
): [string, ScenarioResult[]][] {
  const groups = new Map<string, ScenarioResult[]>();
  for (const result of results) {
    const key = keyOf(result);
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  return [...groups];
}

function countOf(results: readonly ScenarioResult[], verdict: Verdict): number {
  return results.filter((result) => result.verdict === verdict).length;
}

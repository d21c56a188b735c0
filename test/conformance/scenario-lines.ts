// The clients' programs report in lines, one a scenario: `ok NAME`, `not ok NAME: REASON`, `skip NAME: REASON`.
import type { CommandOutcome } from "./run-command.ts";
import type { ScenarioResult, SignatureVersion } from "./suite.ts";

const LINE = /^(?<word>ok|not ok|skip) (?<name>[^:]+?)(?:: (?<reason>.*))?$/;
const verdictOf = { ok: "passed", "not ok": "failed", skip: "excluded" } as const;

/**
 * What a program reported. A program that ended otherwise than with 0, or that reported nothing, adds a failure: half a
 * run must not look like a whole one.
 */
export function scenarioResults(outcome: CommandOutcome, signature: SignatureVersion): ScenarioResult[] {
  const results = outcome.standardOutput.split("\n").flatMap((line) => readLine(line, signature));
  const trouble = troubleWith(outcome, results.length);
  return trouble === undefined
    ? results
    : [...results, { signature, name: "the program runs to its end", verdict: "failed", reason: trouble }];
}

function readLine(line: string, signature: SignatureVersion): ScenarioResult[] {
  const { word, name, reason } = LINE.exec(line.trimEnd())?.groups ?? {};
  if (word === undefined || name === undefined) {
    return [];
  }
  const verdict = verdictOf[word as keyof typeof verdictOf];
  return [{ signature, name, verdict, ...(reason === undefined ? {} : { reason }) }];
}

function troubleWith(outcome: CommandOutcome, count: number): string | undefined {
  if (outcome.isTimedOut) {
    return `it was ended by the time limit after ${count} scenarios`;
  }
  if (outcome.exitCode !== 0) {
    const lastLine = outcome.output.trimEnd().split("\n").at(-1);
    return `it ended with ${outcome.exitCode ?? "a signal"} after ${count} scenarios: ${lastLine}`;
  }
  return count === 0 ? "it reported no scenario" : undefined;
}

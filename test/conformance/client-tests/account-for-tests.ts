// Every test that was to be run has a result in the end, also when the program that ran it broke off.
import type { CommandOutcome } from "../run-command.ts";
import type { ScenarioResult, SignatureVersion } from "../suite.ts";

/** What a program of tests printed about one of them. */
export interface ReportedTest {
  readonly name: string;
  readonly word: "passed" | "failed" | "skipped";
  /** The lines that it printed about a failure. */
  readonly text: string;
}

const REASON_MAX_CHARACTERS = 500;

export function accountForTests(
  chosen: readonly string[],
  reported: readonly ReportedTest[],
  outcome: CommandOutcome,
  signature: SignatureVersion,
): ScenarioResult[] {
  const byName = new Map(reported.map((test) => [test.name, test]));
  return chosen.map((name) => {
    const test = byName.get(name);
    if (test?.word === "passed") {
      return { signature, name, verdict: "passed" };
    }
    return { signature, name, verdict: "failed", reason: reasonOf(test, outcome) };
  });
}

function reasonOf(test: ReportedTest | undefined, { isTimedOut, exitCode, output }: CommandOutcome): string {
  if (test?.word === "skipped") {
    return "the test skipped itself; such a test has to be left out with a reason";
  }
  if (test !== undefined) {
    return shorten(test.text);
  }
  if (isTimedOut) {
    return "the time limit ended it";
  }
  return `there is no result of it; its program ended with ${exitCode ?? "a signal"}: ${shorten(output.slice(-1000))}`;
}

/** Without line breaks, and without the folders of this machine. */
function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.replaceAll(/\/[^\s"]*\//g, "").slice(0, REASON_MAX_CHARACTERS);
}

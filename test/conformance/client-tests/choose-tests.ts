// Which of a client's own tests are run. The list comes from the client's tests themselves, so that none is forgotten:
// a test runs unless it is left out here by name, with the reason in words.
import type { ScenarioResult, SignatureVersion } from "../suite.ts";

/** Tests that are left out together, for one reason. */
export interface Exclusion {
  /** Names, or beginnings of names that end with `*`. */
  readonly tests: readonly string[];
  readonly reason: string;
}

export interface ChosenTests {
  readonly chosen: readonly string[];
  /** One result for each test left out, and a failure for each exclusion that no test answers to any more. */
  readonly results: readonly ScenarioResult[];
}

export function chooseTests(
  listed: readonly string[],
  exclusions: readonly Exclusion[],
  signature: SignatureVersion,
): ChosenTests {
  const chosen: string[] = [];
  const results: ScenarioResult[] = [];
  for (const name of listed) {
    const reason = exclusions.find(({ tests }) => tests.some((pattern) => isMatch(pattern, name)))?.reason;
    if (reason === undefined) {
      chosen.push(name);
    } else {
      results.push({ signature, name, verdict: "excluded", reason });
    }
  }
  return { chosen, results: [...results, ...staleExclusions(listed, exclusions, signature)] };
}

function staleExclusions(
  listed: readonly string[],
  exclusions: readonly Exclusion[],
  signature: SignatureVersion,
): ScenarioResult[] {
  const patterns = exclusions.flatMap(({ tests }) => tests);
  return patterns
    .filter((pattern) => !listed.some((name) => isMatch(pattern, name)))
    .map((name) => ({
      signature,
      name,
      verdict: "failed",
      reason: "it is left out, but there is no such test",
    }));
}

function isMatch(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

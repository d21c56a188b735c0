// Reads what two test runners print: gocheck and Go's own.
import type { ReportedTest } from "./account-for-tests.ts";

const GOCHECK_LINE = /^(?<word>PASS|FAIL|SKIP|MISS|PANIC|START): \S+\.go:\d+: (?<name>\w+\.\w+)/;
const GO_LINE = /^--- (?<word>PASS|FAIL|SKIP): (?<name>\w+) \(/;

/** What `-check.v` printed. A failure's own lines follow it, up to the next result. */
export function gocheckTests(text: string): ReportedTest[] {
  return readTests(text.split("\n"), (line) => {
    const { word, name } = GOCHECK_LINE.exec(line)?.groups ?? {};
    return name === undefined || word === "START" ? undefined : { name, word: wordOf(word) };
  });
}

/** What `-test.v` printed about one test: everything in front of its result is its own. */
export function goTests(text: string): ReportedTest[] {
  const lines = text.split("\n");
  return lines.flatMap((line) => {
    const { word, name } = GO_LINE.exec(line)?.groups ?? {};
    return name === undefined ? [] : [{ name, word: wordOf(word), text: failureOfGoTest(text) }];
  });
}

function failureOfGoTest(text: string): string {
  const at = text.search(/Error Trace|panic:/);
  return at === -1 ? text : text.slice(at);
}

function readTests(
  lines: readonly string[],
  read: (line: string) => Pick<ReportedTest, "name" | "word"> | undefined,
): ReportedTest[] {
  const tests: { name: string; word: ReportedTest["word"]; lines: string[] }[] = [];
  for (const line of lines) {
    const test = read(line);
    if (test !== undefined) {
      tests.push({ ...test, lines: [] });
    } else if (!/^[-=]{10,}$/.test(line)) {
      tests.at(-1)?.lines.push(line);
    }
  }
  return tests.map(({ name, word, lines: own }) => ({ name, word, text: own.join("\n") }));
}

function wordOf(word = ""): ReportedTest["word"] {
  if (word === "PASS") {
    return "passed";
  }
  return word === "SKIP" ? "skipped" : "failed";
}

// Reads what three test runners print: gocheck, Go's own, and Python's unittest.
import type { ReportedTest } from "./account-for-tests.ts";

const GOCHECK_LINE = /^(?<word>PASS|FAIL|SKIP|MISS|PANIC|START): \S+\.go:\d+: (?<name>\w+\.\w+)/;
const GO_LINE = /^--- (?<word>PASS|FAIL|SKIP): (?<name>\w+) \(/;
const UNITTEST_LINE =
  /^(?<method>\w+) \((?<place>[\w.]+)\)(?:.*?) \.\.\. (?:.*?)(?<word>ok|FAIL|ERROR|skipped)(?: '.*')?$/;
const UNITTEST_FAILURE = /^(?:FAIL|ERROR): (?<method>\w+) \((?<place>[\w.]+)\)/;

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

/**
 * What `python -m unittest -v` printed: a line for each test as it ends, and the failures behind one another at the end.
 * What a test prints itself stands between its name and its result.
 */
export function unittestTests(text: string): ReportedTest[] {
  const failures = readTests(text.split("\n"), (line) => {
    const { method, place } = UNITTEST_FAILURE.exec(line)?.groups ?? {};
    return method === undefined ? undefined : { name: unittestName(method, place), word: "failed" };
  });
  const results = text.split("\n").flatMap((line): ReportedTest[] => {
    const { method, place, word } = UNITTEST_LINE.exec(line)?.groups ?? {};
    return method === undefined ? [] : [{ name: unittestName(method, place), word: wordOf(word), text: "" }];
  });
  return [...results, ...failures];
}

/** Python up to 3.10 names the class alone in the brackets, later ones the method too. */
function unittestName(method: string, place = ""): string {
  const path = place.split(".");
  const withoutMethod = path.at(-1) === method ? path.slice(0, -1) : path;
  return [...withoutMethod.slice(-2), method].join(".");
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
  if (["PASS", "ok"].includes(word)) {
    return "passed";
  }
  return ["SKIP", "skipped"].includes(word) ? "skipped" : "failed";
}

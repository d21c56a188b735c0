// The rules of style that a reader sees in the tree: names, lengths, exports, and one base name in every layer.
import { deepEqual, ok } from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { readSourceFiles, type SourceFile, sourceRoot } from "./import-graph.ts";

const LINE_COUNT_MAX = 400;
const OPERATION_COUNT_MIN = 20;
/** Names that say nothing: what is called so is a concept without a name. */
const EMPTY_NAMES = [
  "utils",
  "util",
  "helpers",
  "helper",
  "common",
  "misc",
  "lib",
  "core",
  "types",
  "shared",
];

describe("the tree of src/", () => {
  let files: readonly SourceFile[] = [];

  before(async () => {
    files = await readSourceFiles();
    ok(files.length > 0, "no file was found");
  });

  it("has no folder and no file with a name that says nothing", () => {
    const nameless = files.filter(({ path }) =>
      path.split("/").some((name) => EMPTY_NAMES.includes(name.replace(/(\.d)?\.ts$/, ""))),
    );

    deepEqual(
      nameless.map(({ path }) => path),
      [],
    );
  });

  it("spells every name in lower case with hyphens", () => {
    const misspelt = files.filter(({ path }) => !/^[a-z0-9/-]+(\.d)?\.ts$/.test(path));

    deepEqual(
      misspelt.map(({ path }) => path),
      [],
    );
  });

  it(`has no file of more than ${LINE_COUNT_MAX} lines`, () => {
    const long = files.filter(({ text }) => text.trimEnd().split("\n").length > LINE_COUNT_MAX);

    deepEqual(
      long.map(({ path }) => path),
      [],
    );
  });

  it("exports by name only", () => {
    const byDefault = files.filter(({ text }) =>
      /^export default|\bas default\b|^export =|^export \* /m.test(text),
    );

    deepEqual(
      byDefault.map(({ path }) => path),
      [],
    );
  });
});

describe("an operation", () => {
  it("has one file in protocol/operations and one of the same name in server/handlers", async () => {
    const operations = await namesIn("protocol/operations");
    const handlers = await namesIn("server/handlers");

    ok(operations.length >= OPERATION_COUNT_MIN, `only ${operations.length} operations were found`);
    deepEqual(handlers, operations);
  });
});

async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(join(sourceRoot, folder))).sort();
}

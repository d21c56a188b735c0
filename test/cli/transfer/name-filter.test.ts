import { deepEqual } from "node:assert/strict";
import { describe, it } from "node:test";
import { nameFilter } from "../../../src/cli/transfer/name-filter.ts";

const names = ["a.log", "logs/b.log", "logs/deep/c.log", "logs/.hidden.log", "data.bin", "logs/data.bin"];

function meant(flags: Parameters<typeof nameFilter>[0]): readonly string[] {
  return names.filter(nameFilter(flags));
}

describe("nameFilter()", () => {
  it("means everything when nothing is said", () => {
    deepEqual(meant({}), names);
  });

  it("compares a glob without a slash with the last part, hidden ones too", () => {
    deepEqual(meant({ include: ["*.log"] }), ["a.log", "logs/b.log", "logs/deep/c.log", "logs/.hidden.log"]);
  });

  it("compares a glob with a slash with the whole name", () => {
    deepEqual(meant({ include: ["logs/*.log"] }), ["logs/b.log", "logs/.hidden.log"]);
    deepEqual(meant({ include: ["**/deep/**"] }), ["logs/deep/c.log"]);
  });

  it("leaves out what is excluded, even if it is included", () => {
    deepEqual(meant({ include: ["*.log", "*.bin"], exclude: ["logs/**"] }), ["a.log", "data.bin"]);
  });
});

import { deepEqual, equal, ok } from "node:assert/strict";
import { join, relative, resolve, sep } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { fileOfKey } from "../../../src/cli/transfer/file-of-key.ts";

function problemOf(name: string, platform: NodeJS.Platform = "linux"): string | undefined {
  const file = fileOfKey("folder", name, platform);
  return "problem" in file ? file.problem : undefined;
}

describe("fileOfKey()", () => {
  it("keeps the parts of a key as folders", () => {
    deepEqual(fileOfKey("folder", "a/b c/中.txt", "linux"), { path: join("folder", "a", "b c", "中.txt") });
  });

  it("refuses what would be no file", () => {
    for (const name of ["", "a/", "a//b", "../a", "a/../../b", "a/./b", ".", "a\0b"]) {
      ok(problemOf(name), JSON.stringify(name));
    }
  });

  it("refuses on Windows what only Windows cannot have", () => {
    for (const name of ["a:b", "con", "NUL.txt", "a\\b", "x/aux.log", "end.", "end "]) {
      ok(problemOf(name, "win32"), name);
      equal(problemOf(name, "linux"), undefined, name);
    }
  });

  it("never leads out of the folder", () => {
    const part = fc.constantFrom("..", ".", "", "a", "b\\..\\c", "\0", "中");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const file = fileOfKey("/folder", parts.join("/"), "linux");
        if ("path" in file) {
          const way = relative("/folder", resolve(file.path));
          ok(way !== "" && way.split(sep)[0] !== "..", file.path);
        }
      }),
    );
  });
});

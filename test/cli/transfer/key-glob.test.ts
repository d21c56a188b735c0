import { deepEqual, equal } from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { keyGlob } from "../../../src/cli/transfer/key-glob.ts";

const keys = ["a.gz", "logs/a.gz", "logs/b.txt", "logs/.gz", "logs/deep/c.gz", "logs (1)/a.gz", "!x/a.gz"];

function meant(glob: string): readonly string[] {
  return keys.filter((key) => keyGlob(glob)?.isMeant(key));
}

describe("keyGlob()", () => {
  it("means what a shell would mean", () => {
    deepEqual(meant("*.gz"), ["a.gz"]);
    deepEqual(meant("logs/*.gz"), ["logs/a.gz", "logs/.gz"]);
    deepEqual(meant("logs/**/*.gz"), ["logs/a.gz", "logs/.gz", "logs/deep/c.gz"]);
    deepEqual(meant("logs/?.{gz,txt}"), ["logs/a.gz", "logs/b.txt"]);
    deepEqual(meant("logs/[ab].*"), ["logs/a.gz", "logs/b.txt"]);
  });

  it("takes what comes before the first wildcard as it is", () => {
    deepEqual(meant("logs (1)/*"), ["logs (1)/a.gz"]);
    deepEqual(meant("!x/*"), ["!x/a.gz"]);
    const { prefix, folder } = keyGlob("logs/2026-*/x") ?? {};
    deepEqual([prefix, folder], ["logs/2026-", "logs/"]);
  });

  it("is none of a key without wildcards", () => {
    for (const key of ["", "a", "a/b (1).gz", "a+b!", "a{b}", "[]", "a]"]) {
      equal(keyGlob(key), undefined);
    }
  });

  it("never means a key outside its prefix", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 12 }), (head, key) => {
        const glob = keyGlob(`${head}*`);
        return glob?.isMeant(key) !== true || key.startsWith(glob.prefix);
      }),
    );
  });
});

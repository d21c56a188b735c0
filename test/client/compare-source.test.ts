import { equal } from "node:assert/strict";
import { describe, it } from "node:test";
import { sourceChange } from "../../src/client/upload/compare-source.ts";

const file = { name: "/a", sizeBytes: 5, modifiedNs: "100", inode: "7", device: "1" };
/** As a browser knows it. */
const picked = { name: "a.bin", sizeBytes: 5, modifiedNs: "100" };

describe("sourceChange()", () => {
  it("knows a file again, also under another name", () => {
    equal(sourceChange(file, file), undefined);
    equal(sourceChange(file, { ...file, name: "/b" }), undefined);
  });

  it("says what has changed", () => {
    equal(sourceChange(file, { ...file, sizeBytes: 9 }), "it had 5 bytes and now has 9");
    equal(sourceChange(file, { ...file, inode: "8" }), "another file has taken its place");
    equal(sourceChange(file, { ...file, device: "2" }), "another file has taken its place");
    equal(
      sourceChange(file, { ...file, modifiedNs: "101" }),
      "it was written to, its size still being 5 bytes",
    );
  });

  it("goes by the name where there are no inodes", () => {
    equal(sourceChange(picked, picked), undefined);
    equal(
      sourceChange(picked, { ...picked, name: "b.bin" }),
      "the earlier upload was of a.bin, this one is of b.bin",
    );
  });
});

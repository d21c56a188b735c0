// What the guard of the disk's space promises to bodies that come at the same moment. On a disk that is really full:
// disk-full.test.ts.
import assert from "node:assert/strict";
import { statfs } from "node:fs/promises";
import { describe, it } from "node:test";
import { SpaceGuard } from "../../src/storage/embedded/space-guard.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

describe("SpaceGuard.admit()", () => {
  for (const isMeasured of [false, true]) {
    it(`promises no room twice to those who come at once, ${isMeasured ? "just after" : "before"} a measurement`, async () => {
      await using folder = await makeTemporaryFolder();
      await using guard = new SpaceGuard({
        folder: folder.path,
        reserveBytes: 0,
        reportError: assert.ifError,
      });
      const { bavail, bsize } = await statfs(folder.path);
      const mostOfIt = Math.ceil(0.6 * bavail * bsize);
      if (isMeasured) {
        (await guard.admit(0))[Symbol.dispose]();
      }

      const outcomes = await Promise.allSettled(
        [mostOfIt, mostOfIt, mostOfIt].map((size) => guard.admit(size)),
      );

      const isAdmitted = outcomes.map(({ status }) => status === "fulfilled");
      assert.deepEqual(isAdmitted.toSorted(), [false, false, true]);
    });
  }
});

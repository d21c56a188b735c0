// What the guard of the disk's space promises to bodies that come at the same moment. On a disk that is really full:
// disk-full.test.ts.
import assert from "node:assert/strict";
import { statfs } from "node:fs/promises";
import { describe, it } from "node:test";
import { SharedPromises } from "../../src/storage/embedded/shared-promises.ts";
import { SpaceGuard, type SpaceShare } from "../../src/storage/embedded/space-guard.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

/** Together several times what a process promises ahead. */
const BODY_COUNT = 600;
const BODY_BYTES: number = 128 * 1024;

describe("SpaceGuard.admit()", () => {
  it("promises no room that another process over the folder has promised", async () => {
    await using folder = await makeTemporaryFolder();
    const options = { folder: folder.path, reserveBytes: 0, reportError: assert.ifError };
    const ownPromises = SharedPromises.create(folder.path, "7");
    await using owner = new SpaceGuard({ ...options, promises: ownPromises });
    await using first = new SpaceGuard({ ...options, promises: SharedPromises.join(folder.path, "8") });
    // A worker that took the place of many others.
    await using last = new SpaceGuard({ ...options, promises: SharedPromises.join(folder.path, "2000") });
    const { bavail, bsize } = await statfs(folder.path);
    const mostOfIt = Math.ceil(0.6 * bavail * bsize);
    const refused = { code: "no-space" };

    const share = await first.admit(mostOfIt);
    await assert.rejects(last.admit(mostOfIt), refused);
    await assert.rejects(owner.admit(mostOfIt), refused);
    share[Symbol.dispose]();
    await last.admit(mostOfIt);
    await assert.rejects(first.admit(mostOfIt), refused);
    ownPromises.forget("2000");

    await first.admit(mostOfIt);
  });

  it("promises one of two processes what both ask for at once, or neither", async () => {
    await using folder = await makeTemporaryFolder();
    const options = { folder: folder.path, reserveBytes: 0, reportError: assert.ifError };
    const promises = ["7", "8"].map((leaseId, index) =>
      index === 0 ? SharedPromises.create(folder.path, leaseId) : SharedPromises.join(folder.path, leaseId),
    );
    const guards = promises.map((each) => new SpaceGuard({ ...options, promises: each }));
    const { bavail, bsize } = await statfs(folder.path);
    const mostOfIt = Math.ceil(0.6 * bavail * bsize);

    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => guards[index % 2]?.admit(mostOfIt)),
    );

    assert.ok(outcomes.filter(({ status }) => status === "fulfilled").length <= 1);
    await Promise.all(guards.map((guard) => guard[Symbol.asyncDispose]()));
  });

  it("never tells others less than its bodies may write, and nothing once they have ended", async () => {
    await using folder = await makeTemporaryFolder();
    const options = { folder: folder.path, reserveBytes: 0, reportError: assert.ifError };
    using seen = SharedPromises.create(folder.path, "7");
    await using guard = new SpaceGuard({ ...options, promises: SharedPromises.join(folder.path, "8") });
    const shares: SpaceShare[] = [];
    const stated: number[] = [];
    const declared: number[] = [];

    for (let count = 1; count <= BODY_COUNT; count++) {
      shares.push(await guard.admit(BODY_BYTES));
      declared.push(count * BODY_BYTES);
      stated.push(seen.total());
    }
    for (const [index, share] of shares.entries()) {
      await share.take(BODY_BYTES);
      share[Symbol.dispose]();
      declared.push((BODY_COUNT - 1 - index) * BODY_BYTES);
      stated.push(seen.total());
    }

    const aheadBytes = stated.map((bytes, index) => bytes - (declared[index] ?? 0));
    assert.ok(Math.min(...aheadBytes) >= 0);
    assert.equal(stated.at(-1), 0);
  });

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

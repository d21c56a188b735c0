import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { tellFullDiskSeldom } from "../../../src/cli/monitoring/seldom-full.ts";
import { StorageError } from "../../../src/storage/storage-error.ts";

const FULL = new StorageError("no-space", "no space for 5 bytes");
const OTHER = new StorageError("blob-corrupt", "damaged");

describe("tellFullDiskSeldom()", () => {
  it("tells of a full disk at once, and then once a minute how often it was", () => {
    const { told, log, clock } = loggedBy();

    for (const nowMs of [0, 1, 59_999, 60_000, 60_001, 120_001]) {
      clock.nowMs = nowMs;
      log.failure(FULL, `r${nowMs}`);
    }

    assert.deepEqual(told, [
      "no space for 5 bytes r0",
      "note 3 requests were refused for want of space since the last one that is told here",
      "no space for 5 bytes r60000",
      "note 2 requests were refused for want of space since the last one that is told here",
      "no space for 5 bytes r120001",
    ]);
  });

  it("tells of every other failure", () => {
    const { told, log } = loggedBy();

    log.failure(FULL, "a");
    log.failure(OTHER, "b");
    log.failure(OTHER, "c");
    log.failure("a text", "d");

    assert.deepEqual(told, ["no space for 5 bytes a", "damaged b", "damaged c", "a text d"]);
  });
});

function loggedBy() {
  const told: string[] = [];
  const clock = { nowMs: 0 };
  const plain = {
    note: (message: string) => void told.push(`note ${message}`),
    failure: (failure: unknown, requestId: string) =>
      void told.push(`${failure instanceof Error ? failure.message : String(failure)} ${requestId}`),
  };
  return { told, clock, log: tellFullDiskSeldom(plain, () => clock.nowMs) };
}

import { deepEqual, equal, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  decideTail,
  type RunningPart,
  type TailSituation,
} from "../../src/client/upload/tail-duplication.ts";

const MIB = 1024 * 1024;

function running(partNumber: number, ageMs: number, changes: Partial<RunningPart> = {}): RunningPart {
  return { partNumber, ageMs, sizeBytes: MIB, sentBytes: 0, isDuplicated: false, ...changes };
}

/** An upload of 100 MiB of which each part took a second. */
function situation(changes: Partial<TailSituation>): TailSituation {
  return {
    running: [],
    finishedMs: Array.from({ length: 90 }, () => 1000),
    extraBytes: 0,
    totalBytes: 100 * MIB,
    ...changes,
  };
}

describe("decideTail()", () => {
  it("duplicates the slowest part when it has taken more than twice as long as most", () => {
    const parts = [running(1, 1500), running(2, 2001), running(3, 300)];

    deepEqual(decideTail(situation({ running: parts })), { type: "duplicate", partNumber: 2 });
  });

  it("says when it will be worth it", () => {
    deepEqual(decideTail(situation({ running: [running(1, 1500)] })), { type: "wait", waitMs: 501 });
  });

  it("is patient where one part in ten has taken long", () => {
    const finishedMs = [...Array.from({ length: 80 }, () => 1000), ...Array.from({ length: 10 }, () => 5000)];

    const decision = decideTail(situation({ finishedMs, running: [running(1, 4000)] }));

    deepEqual(decision, { type: "wait", waitMs: 1001 });
  });

  it("waits twice as long for a part that comes sooner than it could be sent anew", () => {
    const parts = [running(1, 3000, { sentBytes: 0.8 * MIB }), running(2, 1900)];

    deepEqual(decideTail(situation({ running: parts })), { type: "wait", waitMs: 101 });
    deepEqual(decideTail(situation({ running: parts.slice(0, 1) })), { type: "wait", waitMs: 1001 });
    deepEqual(decideTail(situation({ running: [running(1, 4001, { sentBytes: MIB })] })), {
      type: "duplicate",
      partNumber: 1,
    });
  });

  it("does not wait longer for a part that crawls", () => {
    const parts = [running(1, 3000, { sentBytes: 0.7 * MIB })];

    deepEqual(decideTail(situation({ running: parts })), { type: "duplicate", partNumber: 1 });
  });

  it("leaves parts alone that are sent twice already", () => {
    const parts = [running(1, 9000, { isDuplicated: true })];

    deepEqual(decideTail(situation({ running: parts })), { type: "leave" });
  });

  it("spends no more than 5 % of the whole", () => {
    const parts = [running(1, 9000)];

    equal(decideTail(situation({ running: parts, extraBytes: 4 * MIB })).type, "duplicate");
    equal(decideTail(situation({ running: parts, extraBytes: 4 * MIB + 1 })).type, "leave");
  });

  it("knows nothing before some parts have ended", () => {
    deepEqual(decideTail(situation({ finishedMs: [1, 1, 1], running: [running(1, 9000)] })), {
      type: "leave",
    });
  });

  it("never asks for what it must not, and has always something to wait for", () => {
    const anyPart = fc.record({
      partNumber: fc.integer({ min: 1, max: 10_000 }),
      ageMs: fc.nat(100_000),
      sizeBytes: fc.nat(10 * MIB),
      sentBytes: fc.nat(10 * MIB),
      isDuplicated: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(anyPart, { maxLength: 20 }),
        fc.array(fc.nat(20_000), { maxLength: 50 }),
        fc.nat(10 * MIB),
        fc.nat(1000 * MIB),
        (parts, finishedMs, extraBytes, totalBytes) => {
          const decision = decideTail({ running: parts, finishedMs, extraBytes, totalBytes });

          ok(decision.type !== "wait" || decision.waitMs > 0);
          if (decision.type === "duplicate") {
            const chosen = parts.filter(({ partNumber }) => partNumber === decision.partNumber);
            ok(chosen.some((part) => !part.isDuplicated && extraBytes + part.sizeBytes <= totalBytes / 20));
          }
        },
      ),
    );
  });
});

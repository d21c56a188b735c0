// What the network's bench decides by itself: which connections break, and what its measurements say.
import { deepEqual, equal, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import { resetOffset } from "../../bench/network/reset-plan.ts";
import { type CellResult, judgeCell, medianSeconds, type Standing } from "../../bench/network/verdict.ts";

const cleanCell = { rttMs: 1, mbits: 50, fault: "clean", sizeBytes: 125_000_000 } as const;

function standing(name: string, role: Standing["role"], ...seconds: readonly number[]): Standing {
  return { name, role, runs: seconds.map((one) => ({ seconds: one, isStopped: false })) };
}

function failed(name: string): Standing {
  return { name, role: "peer", runs: [{ seconds: 3, isStopped: false, failure: "ECONNRESET" }] };
}

function cellOf(standings: readonly Standing[], changes: Partial<CellResult> = {}): CellResult {
  return { ...cleanCell, ...changes, standings };
}

describe("resetOffset()", () => {
  it("breaks about one request in a hundred, at places all over the body", () => {
    const offsets = Array.from({ length: 20_000 }, (_, index) =>
      resetOffset({ seed: 7, bodyNumber: index + 1, lengthBytes: 1_000, resetPercent: 1 }),
    ).filter((offset) => offset !== undefined);

    ok(offsets.length > 150 && offsets.length < 250, `${offsets.length} of 20,000`);
    ok(offsets.every((offset) => offset >= 1 && offset <= 1_000));
    equal(new Set(offsets.map((offset) => Math.floor((offset - 1) / 100))).size, 10);
  });

  it("has the same fate for the n-th request, however long it is", () => {
    const fates = [1_000, 1_000_000].map((lengthBytes) =>
      Array.from(
        { length: 1_000 },
        (_, index) =>
          resetOffset({ seed: 3, bodyNumber: index + 1, lengthBytes, resetPercent: 1 }) !== undefined,
      ),
    );

    deepEqual(fates[0], fates[1]);
    ok(fates[0]?.includes(true));
  });

  it("breaks none where none shall break", () => {
    equal(resetOffset({ seed: 1, bodyNumber: 1, lengthBytes: 1_000, resetPercent: 0 }), undefined);
  });
});

describe("judgeCell()", () => {
  it("compares ours with the best fixed setting", () => {
    const fixed = [standing("2x1MiB", "fixed", 30), standing("8x8MiB", "fixed", 20)];
    const verdictAt = (seconds: number) =>
      judgeCell(cellOf([standing("ours", "ours", seconds), ...fixed])).bestFixed;

    deepEqual([verdictAt(21.9).with, verdictAt(21.9).verdict], ["8x8MiB", "pass"]);
    equal(verdictAt(22.1).verdict, "miss");
    equal(verdictAt(26.1).verdict, "FAIL");
  });

  it("allows three hundredths against a peer, but none where the peer leaves room on a long or lossy link", () => {
    const standings = [standing("ours", "ours", 30.5), standing("ali-oss", "peer", 30)];
    const verdictOn = (changes: Partial<CellResult>) =>
      judgeCell(cellOf(standings, changes)).peers[0]?.verdict;

    equal(verdictOn({}), "pass");
    equal(verdictOn({ fault: "loss" }), "FAIL");
    equal(verdictOn({ rttMs: 100 }), "FAIL");
    equal(verdictOn({ rttMs: 100, sizeBytes: 170_000_000 }), "pass");
  });

  it("is ahead of a peer that fails, unless ours fails too", () => {
    const ours = standing("ours", "ours", 20);
    const oursFailed: Standing = { ...failed("ours"), role: "ours" };

    const [behind] = judgeCell(cellOf([ours, failed("ali-oss")])).peers;
    const [level] = judgeCell(cellOf([oursFailed, failed("ali-oss")])).peers;

    deepEqual([behind?.verdict, behind?.failure], ["pass", "ECONNRESET"]);
    equal(level?.verdict, "FAIL");
  });
});

describe("medianSeconds()", () => {
  it("is the middle run, or the mean of the two middle ones", () => {
    equal(medianSeconds(standing("ours", "ours", 3, 1, 2)), 2);
    equal(medianSeconds(standing("ours", "ours", 4, 1, 2, 3)), 2.5);
  });
});

import { deepEqual, equal, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { grownPartSize, type SteadySituation } from "../../src/client/upload/grow-parts.ts";
import { PartCutting } from "../../src/client/upload/part-cutting.ts";
import { cutParts } from "../../src/client/upload/part-plan.ts";
import { planContinuation } from "../../src/client/upload/plan-continuation.ts";
import { PART_COUNT_MAX, PART_SIZE_MIN_BYTES } from "../../src/protocol/limits.ts";

const MIB = 1024 * 1024;

const steady: SteadySituation = {
  steadyCount: 16,
  shrinkCount: 1,
  partSizeBytes: 2 * MIB,
  plannedSizeBytes: 8 * MIB,
  remainingBytes: 800 * MIB,
};

describe("grownPartSize()", () => {
  it("is twice as much after a run of parts without a break", () => {
    equal(grownPartSize(steady), 4 * MIB);
    equal(grownPartSize({ ...steady, steadyCount: 15 }), undefined);
  });

  it("never exceeds what was planned", () => {
    equal(grownPartSize({ ...steady, partSizeBytes: 5 * MIB }), 8 * MIB);
    equal(grownPartSize({ ...steady, partSizeBytes: 8 * MIB }), undefined);
  });

  it("asks for twice the run each time that larger parts have broken", () => {
    equal(grownPartSize({ ...steady, shrinkCount: 2, steadyCount: 31 }), undefined);
    equal(grownPartSize({ ...steady, shrinkCount: 2, steadyCount: 32 }), 4 * MIB);
    equal(grownPartSize({ ...steady, shrinkCount: 4, steadyCount: 127 }), undefined);
  });

  it("leaves parts alone that were never cut smaller", () => {
    equal(grownPartSize({ ...steady, shrinkCount: 0, steadyCount: 10_000 }), undefined);
  });

  it("leaves enough parts for every connection until the end", () => {
    equal(grownPartSize({ ...steady, remainingBytes: 63 * MIB }), undefined);
    equal(grownPartSize({ ...steady, remainingBytes: 64 * MIB }), 4 * MIB);
  });
});

function breakParts(cutting: PartCutting): void {
  for (const partNumber of [1, 1, 2, 2, 3, 3]) {
    cutting.partBroke(partNumber);
  }
}

function arrive(cutting: PartCutting, fromPartNumber: number, count: number): void {
  for (let partNumber = fromPartNumber; partNumber < fromPartNumber + count; partNumber += 1) {
    cutting.partArrived(partNumber);
  }
}

describe("PartCutting", () => {
  const plan = { parts: cutParts(800 * MIB, 8 * MIB), partSizeBytes: 8 * MIB };

  function shrunk(): PartCutting {
    const cutting = new PartCutting(plan, { mayCutAnew: true });
    breakParts(cutting);
    deepEqual(cutting.shrink(0), { fromPartNumber: 1, start: 0, partSizeBytes: 2 * MIB });
    return cutting;
  }

  it("cuts what nobody has begun into larger parts again, step by step, and says why", () => {
    const cutting = shrunk();

    arrive(cutting, 1, 16);
    deepEqual(cutting.grow(20), { fromPartNumber: 21, start: 40 * MIB, partSizeBytes: 4 * MIB });
    arrive(cutting, 21, 16);
    deepEqual(cutting.grow(40), { fromPartNumber: 41, start: 120 * MIB, partSizeBytes: 8 * MIB });
    arrive(cutting, 41, 30);
    equal(cutting.grow(75), undefined);

    equal(cutting.parts.length, 40 + 85);
    deepEqual(cutting.reasons, [
      "2 MiB parts from part 1 on: larger ones broke again 3 times while 0 arrived",
      "4 MiB parts from part 21 on: 16 smaller ones arrived without a break",
      "8 MiB parts from part 41 on: 16 smaller ones arrived without a break",
    ]);
  });

  it("begins to count anew with every break, and does not count those of an earlier size", () => {
    const cutting = shrunk();

    arrive(cutting, 1, 15);
    cutting.partBroke(16);
    arrive(cutting, 16, 1);
    equal(cutting.grow(20), undefined);
    arrive(cutting, 17, 15);
    equal(cutting.grow(40)?.partSizeBytes, 4 * MIB);
    arrive(cutting, 33, 8);
    arrive(cutting, 41, 8);
    equal(cutting.grow(60), undefined);
  });

  it("goes down from the larger size when that breaks, although smaller parts are still to come", () => {
    const cutting = shrunk();
    arrive(cutting, 1, 16);
    cutting.grow(20);

    breakParts(cutting);

    deepEqual(cutting.shrink(17), { fromPartNumber: 18, start: 34 * MIB, partSizeBytes: MIB });
  });

  it("knows in a later run how often larger ones have broken", () => {
    const cutting = shrunk();
    arrive(cutting, 1, 16);
    cutting.grow(20);
    breakParts(cutting);
    cutting.shrink(20);
    const continued = planContinuation(800 * MIB, 8 * MIB, cutting.recuts) ?? plan;

    const later = new PartCutting(continued, { mayCutAnew: true });

    arrive(later, 21, 31);
    equal(later.grow(60), undefined);
    arrive(later, 52, 1);
    equal(later.grow(60)?.partSizeBytes, 2 * MIB);
  });

  it("leaves parts as they are whose size the user has said", () => {
    const cutting = new PartCutting(
      { ...plan, recuts: [{ fromPartNumber: 1, start: 0, partSizeBytes: 2 * MIB }] },
      { mayCutAnew: false },
    );

    arrive(cutting, 1, 50);

    equal(cutting.grow(50), undefined);
  });

  it("always covers every byte once, whatever breaks and holds, and a later run cuts alike by what was noted", () => {
    const step = fc.record({ isBad: fc.boolean(), arrivedCount: fc.nat(80), aheadCount: fc.nat(8) });
    fc.assert(
      fc.property(
        fc.integer({ min: 100 * MIB, max: 3_000 * MIB }),
        fc.integer({ min: PART_SIZE_MIN_BYTES, max: 64 * MIB }),
        fc.array(step, { maxLength: 12 }),
        (sizeBytes, wishedBytes, steps) => {
          const partSizeBytes = Math.max(wishedBytes, Math.ceil(sizeBytes / PART_COUNT_MAX));
          const parts = cutParts(sizeBytes, partSizeBytes);
          const cutting = new PartCutting({ parts, partSizeBytes }, { mayCutAnew: true });
          let arrivedCount = 0;
          for (const { isBad, ...next } of steps) {
            const before = cutting.parts;
            const from = arrivedCount;
            arrivedCount = Math.min(from + next.arrivedCount, before.length);
            arrive(cutting, from + 1, arrivedCount - from);
            const begunCount = isBad ? arrivedCount : Math.min(arrivedCount + next.aheadCount, before.length);
            if (isBad) {
              breakParts(cutting);
              cutting.shrink(arrivedCount);
            } else {
              cutting.grow(begunCount);
            }
            deepEqual(cutting.parts.slice(0, begunCount), before.slice(0, begunCount));
          }

          ok(cutting.parts.length <= PART_COUNT_MAX);
          ok(cutting.recuts.every((recut) => recut.partSizeBytes <= partSizeBytes));
          deepEqual(
            cutting.parts.map(({ number }) => number),
            cutting.parts.map((_, index) => index + 1),
          );
          ok(cutting.parts.every(({ start }, index) => start === (cutting.parts[index - 1]?.end ?? 0)));
          equal(cutting.parts.at(-1)?.end, sizeBytes);
          deepEqual(planContinuation(sizeBytes, partSizeBytes, cutting.recuts)?.parts, cutting.parts);
        },
      ),
      { numRuns: 200 },
    );
  });
});

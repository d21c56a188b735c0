import { deepEqual, equal, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { PartCutting } from "../../src/client/upload/part-cutting.ts";
import { cutParts, type PlannedPart } from "../../src/client/upload/part-plan.ts";
import { planContinuation } from "../../src/client/upload/plan-continuation.ts";
import { recutParts } from "../../src/client/upload/recut.ts";
import { type PartsSituation, shrunkPartSize } from "../../src/client/upload/shrink-parts.ts";
import { PART_COUNT_MAX, PART_SIZE_MIN_BYTES } from "../../src/protocol/limits.ts";

const MIB = 1024 * 1024;

const bad: PartsSituation = {
  breakAgainCount: 3,
  arrivedCount: 0,
  partSizeBytes: 8 * MIB,
  keptCount: 5,
  remainingBytes: 800 * MIB,
};

function breakParts(cutting: PartCutting, partNumbers: readonly number[]): void {
  for (const partNumber of partNumbers) {
    cutting.partBroke(partNumber);
    cutting.partBroke(partNumber);
  }
}

/** Gapless, numbered from 1, and as the service takes them. */
function assertWhole(parts: readonly PlannedPart[], sizeBytes: number): void {
  ok(parts.length <= PART_COUNT_MAX);
  equal(parts.at(-1)?.end, sizeBytes);
  for (const [index, { number, start, end }] of parts.entries()) {
    equal(number, index + 1);
    equal(start, parts[index - 1]?.end ?? 0);
    ok(end - start >= PART_SIZE_MIN_BYTES || number === parts.length);
    ok(end > start);
  }
}

describe("shrunkPartSize()", () => {
  it("is a quarter when parts keep breaking", () => {
    equal(shrunkPartSize(bad), 2 * MIB);
  });

  it("leaves parts alone that broke for once, or that seldom break", () => {
    equal(shrunkPartSize({ ...bad, breakAgainCount: 2 }), undefined);
    equal(shrunkPartSize({ ...bad, breakAgainCount: 3, arrivedCount: 100 }), undefined);
    equal(shrunkPartSize({ ...bad, breakAgainCount: 10, arrivedCount: 100 }), 2 * MIB);
  });

  it("never goes below what the service takes", () => {
    equal(shrunkPartSize({ ...bad, partSizeBytes: 200 * 1024 }), PART_SIZE_MIN_BYTES);
    equal(shrunkPartSize({ ...bad, partSizeBytes: 110 * 1024 }), undefined);
    equal(shrunkPartSize({ ...bad, remainingBytes: 50 * 1024 }), undefined);
  });

  it("leaves room for all that remains in 10,000 parts", () => {
    const remainingBytes = 9_000 * 8 * MIB;

    equal(shrunkPartSize({ ...bad, remainingBytes }), undefined);
    equal(
      shrunkPartSize({ ...bad, remainingBytes: remainingBytes / 3 }),
      Math.ceil(remainingBytes / 3 / 9_995),
    );
  });
});

describe("PartCutting", () => {
  const plan = { parts: cutParts(100 * MIB, 8 * MIB), partSizeBytes: 8 * MIB };

  it("cuts what is not there anew, and says why", () => {
    const cutting = new PartCutting(plan, { mayCutAnew: true });
    breakParts(cutting, [1, 2, 3]);

    const recut = cutting.shrink(4);

    deepEqual(recut, { fromPartNumber: 5, start: 32 * MIB, partSizeBytes: 2 * MIB });
    deepEqual(cutting.parts.slice(0, 4), plan.parts.slice(0, 4));
    equal(cutting.parts.length, 4 + 34);
    deepEqual(cutting.reasons, [
      "2 MiB parts from part 5 on: larger ones broke again 3 times while 0 arrived",
    ]);
  });

  it("cuts all anew when nothing is there", () => {
    const cutting = new PartCutting(plan, { mayCutAnew: true });
    breakParts(cutting, [1, 2, 3]);

    deepEqual(cutting.shrink(0), { fromPartNumber: 1, start: 0, partSizeBytes: 2 * MIB });
    equal(cutting.parts.length, 50);
  });

  it("asks for new breaks after each time", () => {
    const cutting = new PartCutting(plan, { mayCutAnew: true });
    breakParts(cutting, [1, 2, 3]);
    cutting.shrink(4);

    equal(cutting.shrink(4), undefined);
    breakParts(cutting, [2, 5, 6]);
    equal(cutting.shrink(6)?.partSizeBytes, MIB / 2);
  });

  it("leaves parts as they are whose size the user has said", () => {
    const cutting = new PartCutting(plan, { mayCutAnew: false });
    breakParts(cutting, [1, 2, 3, 4]);

    equal(cutting.shrink(4), undefined);
    equal(cutting.parts, plan.parts);
  });

  it("leaves an upload alone of which every part is there", () => {
    const cutting = new PartCutting(plan, { mayCutAnew: true });
    breakParts(cutting, [1, 2, 3]);

    equal(cutting.shrink(plan.parts.length), undefined);
  });

  it("always covers every byte once, whatever breaks, and a later run cuts alike by what was noted", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3_000_000_000 }),
        fc.integer({ min: PART_SIZE_MIN_BYTES, max: 64 * MIB }),
        fc.array(fc.nat(40), { maxLength: 6 }),
        (sizeBytes, wishedBytes, steps) => {
          const partSizeBytes = Math.max(wishedBytes, Math.ceil(sizeBytes / PART_COUNT_MAX));
          const cutting = new PartCutting(
            { parts: cutParts(sizeBytes, partSizeBytes), partSizeBytes },
            { mayCutAnew: true },
          );
          let keptCount = 0;
          for (const step of steps) {
            const before = cutting.parts;
            keptCount = Math.min(keptCount + step, before.length);
            breakParts(cutting, [1, 2, 3]);
            cutting.shrink(keptCount);
            deepEqual(cutting.parts.slice(0, keptCount), before.slice(0, keptCount));
          }

          assertWhole(cutting.parts, sizeBytes);
          deepEqual(planContinuation(sizeBytes, partSizeBytes, cutting.recuts)?.parts, cutting.parts);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("recutParts()", () => {
  const parts = cutParts(10 * MIB, MIB);
  const recut = { fromPartNumber: 4, start: 3 * MIB, partSizeBytes: MIB / 2 };

  for (const [name, changes] of [
    ["begins where no part does", { start: 3 * MIB + 1 }],
    ["begins before the first part", { fromPartNumber: 0, start: 0 }],
    ["begins behind the last", { fromPartNumber: 11, start: 10 * MIB }],
    ["is into parts that the service does not take", { partSizeBytes: PART_SIZE_MIN_BYTES - 1 }],
    ["is into parts of no whole number of bytes", { partSizeBytes: MIB / 3 }],
  ] as const) {
    it(`refuses one that ${name}`, () => {
      equal(recutParts(parts, { ...recut, ...changes }), undefined);
    });
  }

  it("refuses more parts than the service takes", () => {
    const many = cutParts(20_000 * MIB, 2 * MIB);

    equal(recutParts(many, { fromPartNumber: 2, start: 2 * MIB, partSizeBytes: MIB }), undefined);
  });
});

import { deepEqual, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { fittingPlans } from "../../src/client/upload/fitting-plans.ts";

function listed(...sizes: readonly (readonly [partNumber: number, sizeBytes: number])[]) {
  return sizes.map(([partNumber, sizeBytes]) => ({
    partNumber,
    sizeBytes,
    etag: "E",
    lastModified: new Date(0),
  }));
}

/** Of each plan its part size and the numbers of its parts. */
function fit(sizeBytes: number, ...sizes: readonly (readonly [number, number])[]) {
  const plans = fittingPlans({ listed: listed(...sizes), sizeBytes, partSizeMinBytes: 1 });
  return plans.map(({ partSizeBytes, parts }) => [
    partSizeBytes,
    ...parts.map((part) => part.listed.partNumber),
  ]);
}

describe("fittingPlans()", () => {
  it("finds the size of any parts of any plan, in any order", () => {
    const plan = fc.record({
      partSizeBytes: fc.integer({ min: 10, max: 1_000 }),
      partCount: fc.integer({ min: 2, max: 50 }),
      lastBytes: fc.integer({ min: 1, max: 10 }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(plan, ({ partSizeBytes, partCount, lastBytes, seed }) => {
        const sizeBytes = (partCount - 1) * partSizeBytes + lastBytes;
        const numbers = Array.from({ length: partCount }, (_, index) => index + 1);
        const done = numbers.filter((number) => (number * 7 + seed) % 3 === 0).reverse();
        const sizes = done.map((n) => [n, n === partCount ? lastBytes : partSizeBytes] as const);

        const plans = fit(sizeBytes, ...sizes);

        const whole = [partSizeBytes, ...done.toReversed()].join();
        ok(done.length === 0 || plans.some((plan) => plan.join() === whole));
        // With the first and one more of equal size there is no doubt.
        ok(!(done.length > 2) || plans[0]?.join() === whole);
      }),
    );
  });

  it("knows the size from the last part alone", () => {
    deepEqual(fit(1_005, [11, 5]), [
      [5, 11],
      [100, 11],
    ]);
  });

  it("takes a single part for the whole, or for a beginning", () => {
    deepEqual(fit(1_005, [1, 1_005]), [[1_005, 1]]);
    deepEqual(fit(1_005, [1, 100]), [[100, 1]]);
  });

  it("leaves out parts that have no place, and takes the size that most bytes have", () => {
    deepEqual(fit(1_000, [1, 100], [2, 90], [3, 100], [10, 100], [11, 100]), [
      [100, 1, 3, 10],
      [90, 2],
    ]);
    deepEqual(fit(1_000, [1, 10], [2, 10], [3, 10], [4, 200]), [
      [200, 4],
      [10, 1, 2, 3],
    ]);
  });

  it("finds nothing where nothing can fit", () => {
    deepEqual(fit(1_000), []);
    deepEqual(fit(0, [1, 0]), []);
    deepEqual(fit(1_000, [1, 0]), []);
    deepEqual(fit(1_000, [1, 1_001]), []);
    deepEqual(fit(1_000, [9_999, 500]), []);
    // 20,000 parts would be needed.
    deepEqual(fit(20_000, [1, 1]), []);
  });

  it("does not go on with parts that are too small to be completed", () => {
    const ofOneKilobyte = listed([1, 1_000], [2, 1_000], [4, 1_000]);

    deepEqual(fittingPlans({ listed: ofOneKilobyte, sizeBytes: 9_000, partSizeMinBytes: 1_001 }), []);
  });
});

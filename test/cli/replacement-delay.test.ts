import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { replacementAfter } from "../../src/cli/replacement-delay.ts";

describe("replacementAfter()", () => {
  it("replaces a worker that has run for a while at once", () => {
    assert.deepEqual(replacementAfter({ earlyDeathCount: 0 }, 60_000), { earlyDeathCount: 0, delayMs: 0 });
  });

  it("waits twice as long after each that died as soon as it ran, at most 10 s", () => {
    const delays: number[] = [];
    let lives = { earlyDeathCount: 0 };
    for (let death = 1; death <= 9; death++) {
      const { delayMs, ...next } = replacementAfter(lives, 10);
      delays.push(delayMs);
      lives = next;
    }

    assert.deepEqual(delays, [100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
  });

  it("begins anew after one that has run", () => {
    const { delayMs, ...lives } = replacementAfter({ earlyDeathCount: 7 }, 5_000);

    assert.equal(delayMs, 0);
    assert.equal(replacementAfter(lives, 10).delayMs, 100);
  });
});

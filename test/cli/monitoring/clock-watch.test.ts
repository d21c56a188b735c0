import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ClockWatch } from "../../../src/cli/monitoring/clock-watch.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe("ClockWatch", () => {
  it("tells once of a clock that was set back, and of one that was set forward", () => {
    const { clock, watch, told } = watched();

    clock.pass(10_000);
    watch.look();
    clock.set(-HOUR_MS);
    clock.pass(10_000);
    watch.look();
    clock.pass(10_000);
    watch.look();
    assert.equal(told.length, 1);
    assert.match(told[0] ?? "", /^the clock was set back by 60 min; /);

    clock.set(3 * HOUR_MS);
    watch.look();
    watch.look();
    assert.equal(told.length, 2);
    assert.match(told[1] ?? "", /^the clock is 3 h 00 min further than the time that has passed; /);
  });

  it("is silent while the time is corrected by less than a minute", () => {
    const { clock, watch, told } = watched();

    for (const correctionMs of [-MINUTE_MS + 1, MINUTE_MS - 1, 5, 0]) {
      clock.set(correctionMs);
      clock.pass(24 * HOUR_MS);
      watch.look();
    }

    assert.deepEqual(told, []);
  });

  it("looks by itself until it is closed", async (context) => {
    context.mock.timers.enable({ apis: ["setInterval"] });
    const { clock, watch, told } = watched();
    clock.set(-HOUR_MS);
    context.mock.timers.tick(10_000);
    assert.equal(told.length, 1);

    await watch[Symbol.asyncDispose]();
    clock.set(-HOUR_MS);
    context.mock.timers.tick(10_000);
    assert.equal(told.length, 1);
  });
});

function watched() {
  const told: string[] = [];
  let wallMs = Date.UTC(2026, 0, 1);
  let steadyMs = 5_000;
  const watch = new ClockWatch({
    note: (message) => told.push(message),
    wallMs: () => wallMs,
    steadyMs: () => steadyMs,
  });
  const clock = {
    set: (byMs: number) => {
      wallMs += byMs;
    },
    pass: (durationMs: number) => {
      wallMs += durationMs;
      steadyMs += durationMs;
    },
  };
  return { clock, watch, told };
}

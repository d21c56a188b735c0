import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LifecycleSchedule } from "../../src/server/lifecycle/lifecycle-schedule.ts";

const HOUR_MS = 3_600_000;

/** Runs that end when the test says so. */
function controlledRuns() {
  const begun: { readonly resolve: () => void; readonly reject: (failure: unknown) => void }[] = [];
  const signals: AbortSignal[] = [];
  const run = (signal: AbortSignal): Promise<void> => {
    signals.push(signal);
    return new Promise((resolve, reject) => begun.push({ resolve, reject }));
  };
  return { begun, signals, run };
}

function failWith(failure: unknown): never {
  throw failure;
}

describe("LifecycleSchedule", () => {
  it("runs at once and then at every interval, but not while a run is under way", async (test) => {
    test.mock.timers.enable({ apis: ["setInterval"] });
    const { begun, run } = controlledRuns();
    await using schedule = new LifecycleSchedule({ run, intervalMs: HOUR_MS, reportFailure: failWith });

    schedule.start();
    test.mock.timers.tick(2 * HOUR_MS);
    const whileBusy = begun.length;
    begun[0]?.resolve();
    await new Promise(setImmediate);
    test.mock.timers.tick(HOUR_MS);

    assert.equal(whileBusy, 1);
    assert.equal(begun.length, 2);
    begun[1]?.resolve();
  });

  it("reports a run that failed, and tries again", async (test) => {
    test.mock.timers.enable({ apis: ["setInterval"] });
    const { begun, run } = controlledRuns();
    const failures: unknown[] = [];
    await using schedule = new LifecycleSchedule({
      run,
      intervalMs: HOUR_MS,
      reportFailure: (failure) => failures.push(failure),
    });
    const failure = new Error("the disk is gone");

    schedule.start();
    begun[0]?.reject(failure);
    await new Promise(setImmediate);
    test.mock.timers.tick(HOUR_MS);

    assert.deepEqual(failures, [failure]);
    assert.equal(begun.length, 2);
    begun[1]?.resolve();
  });

  it("tells a run under way to end, and waits for it", async (test) => {
    test.mock.timers.enable({ apis: ["setInterval"] });
    const { begun, signals, run } = controlledRuns();
    const schedule = new LifecycleSchedule({ run, intervalMs: HOUR_MS, reportFailure: failWith });
    schedule.start();
    let isOver = false;

    const over = schedule[Symbol.asyncDispose]().then(() => {
      isOver = true;
    });
    await new Promise(setImmediate);
    const wasOver = isOver;
    begun[0]?.resolve();
    await over;
    test.mock.timers.tick(HOUR_MS);

    assert.equal(signals[0]?.aborted, true);
    assert.equal(wasOver, false);
    assert.equal(begun.length, 1);
  });

  it("takes no interval that a timer cannot keep", () => {
    for (const intervalMs of [0, -1, Number.NaN, 2 ** 31]) {
      assert.throws(
        () => new LifecycleSchedule({ run: () => Promise.resolve(), intervalMs, reportFailure: failWith }),
        RangeError,
      );
    }
  });

  it("does nothing when it is told never to run", async () => {
    const { begun, run } = controlledRuns();
    await using schedule = new LifecycleSchedule({ run, intervalMs: "never", reportFailure: failWith });

    schedule.start();

    assert.equal(begun.length, 0);
  });
});

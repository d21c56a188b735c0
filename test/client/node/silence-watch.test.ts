import { deepEqual } from "node:assert/strict";
import { afterEach, beforeEach, describe, it, mock } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { SilenceWatch } from "../../../src/client/node/silence-watch.ts";

describe("SilenceWatch", () => {
  let nowMs = 0;
  let silences: number[] = [];

  beforeEach(() => {
    nowMs = 0;
    silences = [];
    mock.timers.enable({ apis: ["setTimeout"] });
    mock.method(performance, "now", () => nowMs);
  });
  afterEach(() => mock.reset());

  function startWatch(): SilenceWatch {
    return new SilenceWatch((limitMs) => silences.push(limitMs));
  }

  async function pass(durationMs: number): Promise<void> {
    nowMs += durationMs;
    mock.timers.tick(durationMs);
    await nextTurn();
  }

  it("tells a silence that lasts as long as its limit, once", async () => {
    startWatch().begin(100);

    await pass(99);
    deepEqual(silences, []);
    await pass(1);
    deepEqual(silences, [100]);
    await pass(1_000);
    deepEqual(silences, [100]);
  });

  it("begins anew each time", async () => {
    const watch = startWatch();
    for (let begin = 0; begin < 10; begin += 1) {
      watch.begin(100);
      await pass(60);
    }
    deepEqual(silences, []);

    await pass(40);

    deepEqual(silences, [100]);
  });

  it("does not count while it is paused", async () => {
    const watch = startWatch();
    watch.begin(100);
    await pass(50);
    watch.pause();
    await pass(500);
    watch.begin(100);
    await pass(99);
    deepEqual(silences, []);

    await pass(1);

    deepEqual(silences, [100]);
  });

  it("looks earlier when a later limit is shorter", async () => {
    const watch = startWatch();
    watch.begin(10_000);
    watch.begin(100);

    await pass(100);

    deepEqual(silences, [100]);
  });

  it("lets a silence last longer", async () => {
    const watch = startWatch();
    watch.begin(100);
    watch.extend(50);
    await pass(149);
    deepEqual(silences, []);

    await pass(1);

    deepEqual(silences, [150]);
  });

  it("believes the bytes that a busy process finds late", async () => {
    const watch = startWatch();
    watch.begin(100);

    nowMs += 5_000;
    mock.timers.tick(5_000);
    watch.begin(100);
    await pass(99);

    deepEqual(silences, []);
  });

  it("is silent after its end", async () => {
    const watch = startWatch();
    watch.begin(100);
    watch.end();
    watch.begin(100);

    await pass(1_000);

    deepEqual(silences, []);
  });
});

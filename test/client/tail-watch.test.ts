import { deepEqual } from "node:assert/strict";
import { describe, it } from "node:test";
import { createFixedWindow } from "../../src/client/flow/fixed-window.ts";
import type { RunningPart } from "../../src/client/upload/tail-duplication.ts";
import { watchTail } from "../../src/client/upload/tail-watch.ts";
import { VirtualClock } from "../simulation/flow/virtual-clock.ts";

/** A last part of 1,000 bytes after five of 1,000,000 that took 5 ms each, looked at once, when it was begun. */
function lookOnce(sentBytesAt: (ageMs: number) => number) {
  const clock = new VirtualClock();
  const startedAtMs = clock.now();
  const due: { readonly partNumber: number; readonly ageMs: number }[] = [];
  const window = createFixedWindow(2, clock);
  const running = (): RunningPart => {
    const ageMs = clock.now() - startedAtMs;
    const sentBytes = sentBytesAt(ageMs);
    return { partNumber: 6, sizeBytes: 1_000, ageMs, sentBytes, isDuplicated: due.length > 0 };
  };
  const watch = watchTail({
    window,
    clock,
    situation: () => ({
      running: [running()],
      finishedMs: [5, 5, 5, 5, 5],
      extraBytes: 0,
      totalBytes: 5_001_000,
    }),
    onDue: (partNumber, place) => {
      due.push({ partNumber, ageMs: clock.now() - startedAtMs });
      place.release(0);
    },
    onFailure: (error) => {
      throw error;
    },
  });
  watch.look();
  return { clock, window, watch, due };
}

describe("watchTail()", () => {
  it("sends the slowest part again when it is due", async () => {
    const { clock, due } = lookOnce(() => 0);

    for (let elapsedMs = 0; elapsedMs < 1_000; elapsedMs += 1) {
      await clock.advance(1);
    }

    deepEqual(due, [{ partNumber: 6, ageMs: 201 }]);
  });

  it("looks again when a part that was due has got so far meanwhile that it is worth a longer wait", async () => {
    const { clock, due, window } = lookOnce((ageMs) => (ageMs < 100 ? 0 : 1_000));

    for (let elapsedMs = 0; elapsedMs < 1_000; elapsedMs += 1) {
      await clock.advance(1);
    }

    deepEqual(due, [{ partNumber: 6, ageMs: 401 }]);
    deepEqual(window.inUse, 0);
  });

  it("waits for nothing once it was stopped", async () => {
    const { clock, due, watch } = lookOnce((ageMs) => (ageMs < 100 ? 0 : 1_000));
    await clock.advance(150);

    watch.stop();

    deepEqual(clock.waitCount, 0);
    await clock.advance(1_000);
    deepEqual(due, []);
  });
});

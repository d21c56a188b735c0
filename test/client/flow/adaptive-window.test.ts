import { equal, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import { createAdaptiveWindow } from "../../../src/client/flow/adaptive-window.ts";
import type { TransferFailure } from "../../../src/client/flow/transfer-window.ts";
import { VirtualClock } from "../../simulation/flow/virtual-clock.ts";

const TRANSFER_COUNT = 200;

/** Transfers one after the other, so that nothing but their failures moves the window. */
async function sizeAfter(failureOf: (index: number) => TransferFailure | undefined): Promise<number> {
  const clock = new VirtualClock();
  const window = createAdaptiveWindow({ clock, sizeAtStart: 16 });
  for (let index = 1; index <= TRANSFER_COUNT; index += 1) {
    const place = await window.acquire(undefined);
    await clock.advance(60);
    const failure = failureOf(index);
    if (failure !== undefined) {
      place.failed(failure);
      await clock.advance(failure.retryAfterMs ?? 60);
    }
    place.release(100 * 1024);
  }
  return window.size;
}

describe("an adaptive window", () => {
  it("stays as it is for a service that fails now and then, whatever it is asked for", async () => {
    const size = await sizeAfter((index) => (index % 17 === 0 ? { kind: "throttled" } : undefined));

    equal(size, 16);
  });

  it("shrinks for a service that refuses every other request, and for time-outs as many", async () => {
    const throttled = await sizeAfter((index) => (index % 2 === 0 ? { kind: "throttled" } : undefined));
    const timedOut = await sizeAfter((index) => (index % 2 === 0 ? { kind: "timeout" } : undefined));

    ok(throttled < 8, `${throttled}`);
    ok(timedOut < 8, `${timedOut}`);
  });

  it("shrinks at once for a service that asks to be left alone", async () => {
    const size = await sizeAfter((index) =>
      index === 100 ? { kind: "throttled", retryAfterMs: 1_000 } : undefined,
    );

    equal(size, 11);
  });
});

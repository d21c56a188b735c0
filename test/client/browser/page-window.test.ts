import { deepEqual, equal, throws } from "node:assert/strict";
import { describe, it } from "node:test";
import { createPageWindow } from "../../../src/client/browser/page-window.ts";
import type { TransferPlace, TransferWindow } from "../../../src/client/flow/transfer-window.ts";
import { VirtualClock } from "../../simulation/flow/virtual-clock.ts";

function newWindow(concurrency: Parameters<typeof createPageWindow>[0] = "auto"): TransferWindow {
  return createPageWindow(concurrency, new VirtualClock());
}

function acquireAll(window: TransferWindow): Promise<TransferPlace[]> {
  return Promise.all(Array.from({ length: window.size }, () => window.acquire(undefined)));
}

describe("the window of a page", () => {
  it("has as many places as a browser has connections, or as the user says", () => {
    const sizes = (["auto", 3, { max: 4 }, { min: 8 }] as const).map((wish) => newWindow(wish).size);

    deepEqual(sizes, [6, 3, 4, 8]);
  });

  it("refuses what it cannot do", () => {
    for (const wrong of [0, -1, 1.5, Number.NaN, 257]) {
      throws(() => newWindow(wrong), RangeError);
      throws(() => newWindow({ max: wrong }), RangeError);
    }
    throws(() => newWindow("many" as "auto"), TypeError);
    throws(() => newWindow(null as unknown as "auto"), TypeError);
  });

  it("shrinks once for requests that fail together, and tells why", async () => {
    const window = newWindow();
    const changes: object[] = [];
    window.watch((change) => changes.push(change));
    const places = await acquireAll(window);

    for (const place of places) {
      place.failed({ kind: "throttled" });
    }

    deepEqual(changes, [{ size: 4, reason: "throttled: fewer at a time" }]);
  });

  it("stays as it is when a connection is lost, and when its size is fixed", async () => {
    const [lost, fixed] = [newWindow(), newWindow(3)];
    const [place] = await acquireAll(lost);
    const [fixedPlace] = await acquireAll(fixed);

    place?.failed({ kind: "connection-lost" });
    fixedPlace?.failed({ kind: "throttled" });

    deepEqual([lost.size, fixed.size], [6, 3]);
  });

  it("grows again, up to what it was, while transfers end well", async () => {
    const window = newWindow();
    const [first, ...others] = await acquireAll(window);
    first?.failed({ kind: "timeout" });
    for (const place of [first, ...others]) {
      place?.release(1);
    }

    for (let count = 0; count < 100; count += 1) {
      (await window.acquire(undefined)).release(1);
    }

    equal(window.size, 6);
  });

  it("gives back a place once", async () => {
    const window = newWindow(2);
    const place = await window.acquire(undefined);
    await window.acquire(undefined);

    place.release(1);
    place.release(1);

    equal(window.inUse, 1);
  });
});

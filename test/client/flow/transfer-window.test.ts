// What holds for windows of every kind.
import { deepEqual, equal, rejects, throws } from "node:assert/strict";
import { describe, it } from "node:test";
import { createAdaptiveWindow } from "../../../src/client/flow/adaptive-window.ts";
import { createFixedWindow } from "../../../src/client/flow/fixed-window.ts";
import { PlaceQueue, RETRY_AFTER_MAX_MS, WINDOW_SIZE_MAX } from "../../../src/client/flow/place-queue.ts";
import { createTransferWindow } from "../../../src/client/flow/transfer-concurrency.ts";
import type { TransferPlace, TransferWindow } from "../../../src/client/flow/transfer-window.ts";
import { VirtualClock } from "../../simulation/flow/virtual-clock.ts";

const kinds = [
  { name: "a fixed window", create: (size: number, clock: VirtualClock) => createFixedWindow(size, clock) },
  {
    name: "an adaptive window",
    create: (size: number, clock: VirtualClock) => createAdaptiveWindow({ clock, sizeAtStart: size }),
  },
];

/** Asks for a place and notes its name when it has it. */
function ask(window: TransferWindow, name: string, order: string[]): Promise<TransferPlace> {
  return window.acquire(undefined).then((place) => {
    order.push(name);
    return place;
  });
}

for (const { name, create } of kinds) {
  describe(name, () => {
    it("gives places in order of arrival, whoever asks, as they become free", async () => {
      const clock = new VirtualClock();
      const window = create(2, clock);
      const order: string[] = [];
      const [first] = await Promise.all([ask(window, "a1", order), ask(window, "b1", order)]);
      void ask(window, "a2", order);
      void ask(window, "b2", order);
      await clock.advance(1);
      deepEqual(order, ["a1", "b1"]);

      first.release(1);
      await clock.advance(1);

      deepEqual(order, ["a1", "b1", "a2"]);
      equal(window.inUse, 2);
    });

    it("takes back a place only once", async () => {
      const window = create(2, new VirtualClock());
      const place = await window.acquire(undefined);
      await window.acquire(undefined);

      place.release(1);
      place.release(1);

      equal(window.inUse, 1);
    });

    it("lets those go who do not want to wait any more, with their signal's reason", async () => {
      const clock = new VirtualClock();
      const window = create(1, clock);
      const order: string[] = [];
      const place = await window.acquire(undefined);
      const impatient = new AbortController();
      const refused = rejects(window.acquire(impatient.signal), /enough/);
      void ask(window, "patient", order);

      impatient.abort(new Error("enough"));
      await refused;
      place.release(0);
      await clock.advance(1);

      deepEqual(order, ["patient"]);
      await rejects(window.acquire(impatient.signal), /enough/);
      equal(window.inUse, 1);
    });

    it("gives no place until the service's Retry-After has passed", async () => {
      const clock = new VirtualClock();
      const window = create(2, clock);
      const order: string[] = [];
      const place = await window.acquire(undefined);

      place.failed({ kind: "throttled", retryAfterMs: 5_000 });
      place.release(0);
      void ask(window, "next", order);
      await clock.advance(4_999);
      deepEqual(order, []);
      await clock.advance(1);

      deepEqual(order, ["next"]);
    });

    it("looks again after two minutes, whatever Retry-After says", async () => {
      const clock = new VirtualClock();
      const window = create(1, clock);
      const order: string[] = [];
      const place = await window.acquire(undefined);
      place.failed({ kind: "throttled", retryAfterMs: 86_400_000 });
      place.release(0);
      void ask(window, "next", order);

      await clock.advance(RETRY_AFTER_MAX_MS);

      deepEqual(order, ["next"]);
    });

    it("leaves no timer behind when nobody waits any more", async () => {
      const clock = new VirtualClock();
      const window = create(1, clock);
      const place = await window.acquire(undefined);
      place.failed({ kind: "throttled", retryAfterMs: 60_000 });
      place.release(0);
      const impatient = new AbortController();
      const refused = rejects(window.acquire(impatient.signal));
      equal(clock.waitCount, 1);

      impatient.abort();
      await refused;

      equal(clock.waitCount, 0);
    });
  });
}

describe("PlaceQueue", () => {
  it("takes no place away when it shrinks, and gives none until enough are back", async () => {
    const clock = new VirtualClock();
    const queue = new PlaceQueue(3, clock);
    await Promise.all([queue.acquire(undefined), queue.acquire(undefined), queue.acquire(undefined)]);
    let isGiven = false;
    void queue.acquire(undefined).then(() => {
      isGiven = true;
    });

    queue.resize(1);
    equal(queue.inUse, 3);
    queue.release();
    queue.release();
    await clock.advance(1);
    equal(isGiven, false);
    queue.release();
    await clock.advance(1);

    equal(isGiven, true);
    equal(queue.inUse, 1);
  });

  it("gives at once what it grows by", async () => {
    const clock = new VirtualClock();
    const queue = new PlaceQueue(1, clock);
    const order: number[] = [];
    for (const name of [1, 2, 3, 4]) {
      void queue.acquire(undefined).then(() => order.push(name));
    }

    queue.resize(3);
    await clock.advance(1);

    deepEqual(order, [1, 2, 3]);
    equal(queue.waitingCount, 1);
  });
});

describe("createTransferWindow()", () => {
  const clock = new VirtualClock();

  it("makes a fixed window of a number", () => {
    const window = createTransferWindow(12, clock);

    deepEqual([window.size, window.sizeMax], [12, 12]);
  });

  it("keeps an adaptive window within the user's bounds and the platform's", () => {
    deepEqual(sizesOf(createTransferWindow("auto", clock)), [8, 64]);
    deepEqual(sizesOf(createTransferWindow({ min: 16 }, clock)), [16, 64]);
    deepEqual(sizesOf(createTransferWindow({ max: 3 }, clock)), [3, 3]);
    deepEqual(sizesOf(createTransferWindow({ min: 80, max: 100 }, clock)), [80, 100]);
  });

  it("refuses what it cannot do", () => {
    for (const wrong of [0, -1, 1.5, Number.NaN, WINDOW_SIZE_MAX + 1]) {
      throws(() => createTransferWindow(wrong, clock), RangeError);
      throws(() => createTransferWindow({ min: wrong }, clock), RangeError);
      throws(() => createTransferWindow({ max: wrong }, clock), RangeError);
    }
    throws(() => createTransferWindow({ min: 5, max: 4 }, clock), RangeError);
    throws(() => createTransferWindow("many" as "auto", clock), TypeError);
    throws(() => createTransferWindow(null as unknown as "auto", clock), TypeError);
  });
});

function sizesOf({ size, sizeMax }: TransferWindow): readonly number[] {
  return [size, sizeMax];
}
